/**
 * The shell of a wizard: one form seen step by step. The URL says which step; Back is a link to the one before, so it never loses
 * input, and the browser's own Back does the same. The step's title is the page's `h1` and takes the focus on every change.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { FormEvent, ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { DocumentTitle } from '../DocumentTitle.tsx';
import { submitOnCtrlEnter } from '../form/ctrl-enter.ts';
import { ErrorSummary, type FieldError } from '../form/ErrorSummary.tsx';
import { wizardColumns } from '../geometry.ts';
import { useIsSilent } from '../use-is-silent.ts';
import { usePageHeading } from '../use-page-heading.ts';
import { WizardSteps, type WizardStepTitle } from './WizardSteps.tsx';

export interface WizardProps {
  /** What the wizard makes: `New policy`. */
  readonly title: string;
  readonly steps: readonly WizardStepTitle[];
  readonly currentId: string;
  /** Steps that have been reached: links. */
  readonly reachedIds: readonly string[];
  readonly hrefOf: (stepId: string) => string;
  /** Next, or on the last step the act. The page validates the step's fields and navigates. */
  readonly onNext: (event: FormEvent) => void;
  /** The last step's button: `Create policy`. */
  readonly act: string;
  readonly acting: string;
  readonly isPending: boolean;
  readonly errors: readonly FieldError[];
  /** Counts refused Nexts. */
  readonly attempt: number;
  readonly details?: string;
  readonly onCancel: () => void;
  /** Beside the fields from 1200 px, beneath them below: the wire, the other end. */
  readonly side?: ReactNode;
  readonly children: ReactNode;
}

export function Wizard(props: WizardProps) {
  const place = Math.max(
    0,
    props.steps.findIndex((step) => step.id === props.currentId),
  );
  const step = props.steps[place];
  const previous = props.steps[place - 1];
  const isLast = place === props.steps.length - 1;
  const heading = usePageHeading(props.currentId, { isYielding: props.errors.length > 0 && props.attempt > 0 });
  const stepTitle = step?.title ?? props.title;
  const isSilent = useIsSilent();
  return (
    <Box sx={frame}>
      <DocumentTitle
        page={`${props.errors.length > 0 && props.attempt > 0 ? 'Error: ' : ''}${stepTitle} · ${props.title}`}
      />
      <WizardSteps
        title={props.title}
        steps={props.steps}
        currentId={props.currentId}
        reachedIds={props.reachedIds}
        hrefOf={props.hrefOf}
      />
      <Box component="form" onSubmit={props.onNext} onKeyDown={submitOnCtrlEnter} noValidate sx={{ minWidth: 0 }}>
        <Typography variant="pageName" component="p">
          {props.title} · Step {place + 1} of {props.steps.length}
        </Typography>
        <Typography
          ref={heading}
          variant="answer"
          component="h1"
          tabIndex={-1}
          data-page-heading=""
          sx={{ mb: '24px' }}
        >
          {stepTitle}
        </Typography>
        <ErrorSummary
          errors={props.errors}
          attempt={props.attempt}
          {...(props.details === undefined ? {} : { details: props.details })}
        />
        <Box sx={{ display: 'grid', gap: '24px', gridTemplateColumns: 'minmax(0, 1fr)' }}>{props.children}</Box>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px', mt: '32px' }}>
          {previous === undefined ? null : (
            <Button component={RouterLink} to={props.hrefOf(previous.id)} variant="outlined" disabled={props.isPending}>
              Back
            </Button>
          )}
          <Button
            type="submit"
            variant="contained"
            loading={props.isPending}
            loadingPosition="start"
            disabled={isLast && isSilent}
            // Else the field that is left says its error first, the button moves away, and the click is lost.
            onMouseDown={(event) => event.preventDefault()}
          >
            {nextLabel(props, isLast)}
          </Button>
          <Button onClick={props.onCancel} disabled={props.isPending}>
            Cancel
          </Button>
        </Box>
      </Box>
      {props.side === undefined ? null : (
        <Box component="aside" aria-label="Preview" sx={{ minWidth: 0 }}>
          {props.side}
        </Box>
      )}
    </Box>
  );
}

const frame = { ...wizardColumns, '& > aside': { gridColumn: { md: '2', lg: 'auto' } } } as const;

function nextLabel({ isPending, act, acting }: WizardProps, isLast: boolean): string {
  if (isPending) {
    return acting;
  }
  return isLast ? act : 'Next';
}
