/** The guided set-up as an ordered list: the first step that is not done is the one that acts. */
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import RadioButtonUncheckedOutlined from '@mui/icons-material/RadioButtonUncheckedOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { paths } from '../../components/paths.ts';
import type { SetupStep, SetupStepId } from './setup-steps.ts';

export interface GuidedSetupProps {
  readonly steps: readonly SetupStep[];
  readonly clusterId: string;
  /** Asks the cluster anew. */
  readonly onCheck: () => void;
}

export function GuidedSetup({ steps, clusterId, onCheck }: GuidedSetupProps) {
  const doneCount = steps.filter(({ isDone }) => isDone).length;
  const current = steps.find(({ isDone }) => !isDone);
  return (
    <Box component="section" aria-labelledby="setup" sx={frame}>
      <Typography id="setup" component="h2" variant="h2">
        Guided set-up: {doneCount} of {steps.length} done
      </Typography>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, mt: '8px', p: 0 }}>
        {steps.map((step, place) => (
          <Box component="li" key={step.id} sx={row} {...(step === current ? { 'aria-current': 'step' } : {})}>
            <StepMark isDone={step.isDone} isCurrent={step === current} />
            <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
              <Box component="h3" sx={{ m: 0, fontSize: 'inherit', fontWeight: step === current ? 600 : 500 }}>
                {place + 1} {step.title}
                <span className="visually-hidden">{step.isDone ? ', done' : ', not done'}</span>
              </Box>
              <Typography variant="body2" color="textSecondary">
                {step.evidence}
              </Typography>
            </Box>
            <StepAction step={step} isCurrent={step === current} clusterId={clusterId} onCheck={onCheck} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function StepMark({ isDone, isCurrent }: { readonly isDone: boolean; readonly isCurrent: boolean }) {
  const Mark = isDone ? CheckCircleOutlined : RadioButtonUncheckedOutlined;
  const color = isDone ? 'state.encrypted' : isCurrent ? 'primary.main' : 'state.unknown';
  return <Mark aria-hidden="true" sx={{ fontSize: 20, color, flex: 'none' }} />;
}

const actions: Readonly<
  Record<
    Exclude<SetupStepId, 'check'>,
    { todo: string; done: string; path: (cluster: string) => string; shown: (cluster: string) => string }
  >
> = {
  enable: { todo: 'Enable IPsec', done: 'Open settings', path: paths.settingsEnable, shown: paths.settings },
  policy: { todo: 'Create policy', done: 'Open policies', path: paths.policyNew, shown: paths.policies },
  host: { todo: 'Configure a host', done: 'Open hosts', path: paths.controls, shown: paths.controls },
  packets: { todo: 'Send traffic', done: 'Open associations', path: paths.controls, shown: paths.associations },
};

const failing = { ...actions.packets, todo: 'Show why', path: paths.associations } as const;

interface StepActionProps {
  readonly step: SetupStep;
  readonly isCurrent: boolean;
  readonly clusterId: string;
  readonly onCheck: () => void;
}

function StepAction({ step, isCurrent, clusterId, onCheck }: StepActionProps) {
  const variant = isCurrent ? 'contained' : 'text';
  // On a narrow window the button stands beneath the text, and begins where it does.
  const indent = { ml: { xs: isCurrent ? '32px' : '20px', sm: 0 } };
  if (step.id === 'check') {
    return (
      <Button variant={variant} size="small" onClick={onCheck} sx={indent}>
        Check again
      </Button>
    );
  }
  const { todo, done, path, shown } = step.isFailing === true ? failing : actions[step.id];
  return (
    <Button
      component={RouterLink}
      to={step.isDone ? shown(clusterId) : path(clusterId)}
      variant={variant}
      size="small"
      sx={indent}
    >
      {step.isDone ? done : todo}
    </Button>
  );
}

const frame = {
  p: '16px',
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: '6px',
  backgroundColor: 'background.paper',
} as const;

const row = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: '4px 12px',
  py: '8px',
  '& + &': { borderTop: '1px solid', borderColor: 'divider' },
} as const;
