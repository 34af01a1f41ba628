/** The steps of a wizard as an ordered list: reached ones are links, later ones say why they are not yet. */
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';

export interface WizardStepTitle {
  readonly id: string;
  readonly title: string;
}

export interface WizardStepsProps {
  readonly title: string;
  readonly steps: readonly WizardStepTitle[];
  readonly currentId: string;
  readonly reachedIds: readonly string[];
  readonly hrefOf: (stepId: string) => string;
}

export function WizardSteps({ title, steps, currentId, reachedIds, hrefOf }: WizardStepsProps) {
  const currentPlace = steps.findIndex((step) => step.id === currentId);
  return (
    <nav aria-label={`Steps: ${title}`}>
      <Box component="ol" sx={list}>
        {steps.map((step, place) => {
          const isCurrent = step.id === currentId;
          const isReached = reachedIds.includes(step.id);
          return (
            <Box component="li" key={step.id} sx={item} {...(isCurrent ? { 'aria-current': 'step' } : {})}>
              <StepNumber number={place + 1} isDone={isReached && place < currentPlace} isCurrent={isCurrent} />
              {isReached && !isCurrent ? (
                <Link component={RouterLink} to={hrefOf(step.id)} underline="hover">
                  {step.title}
                </Link>
              ) : (
                <Box component="span" sx={isCurrent ? { fontWeight: 600 } : { color: 'text.secondary' }}>
                  {step.title}
                  {isCurrent ? null : <span className="visually-hidden">, after the steps before it</span>}
                </Box>
              )}
            </Box>
          );
        })}
      </Box>
    </nav>
  );
}

const list = {
  listStyle: 'none',
  m: 0,
  p: 0,
  display: 'flex',
  flexWrap: 'wrap',
  flexDirection: { xs: 'row', md: 'column' },
  gap: { xs: '4px 16px', md: '4px' },
} as const;

const item = { display: 'flex', alignItems: 'center', gap: '8px', minHeight: 32 } as const;

interface StepNumberProps {
  readonly number: number;
  readonly isDone: boolean;
  readonly isCurrent: boolean;
}

function StepNumber({ number, isDone, isCurrent }: StepNumberProps) {
  return (
    <Box
      component="span"
      sx={{
        width: 24,
        height: 24,
        flex: 'none',
        display: 'grid',
        placeItems: 'center',
        fontSize: 12,
        fontWeight: 600,
        borderRadius: '50%',
        border: '1px solid',
        borderColor: isCurrent || isDone ? 'primary.main' : 'control',
        backgroundColor: isCurrent ? 'primary.main' : 'transparent',
        color: isCurrent ? 'primary.contrastText' : isDone ? 'primary.main' : 'text.secondary',
      }}
    >
      {isDone ? <CheckOutlined sx={{ fontSize: 16 }} titleAccess="done" /> : number}
    </Box>
  );
}
