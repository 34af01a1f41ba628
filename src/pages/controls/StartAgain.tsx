/** Two ways back: all traffic in clear with the lab's run kept, or everything as at the first start. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { inLab, labCluster } from '../../api/cluster-ref.ts';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ConfirmDialog } from '../../components/feedback/ConfirmDialog.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { plural } from '../../components/text/format.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import { Section } from './Section.tsx';

type Way = 'allClear' | 'reset';

const ways = {
  allClear: {
    title: 'Put everything back in clear?',
    act: 'Put everything back in clear',
    acting: 'Putting back…',
    done: 'All traffic flows in clear.',
    lost: 'Deletes every policy and every host configuration, and turns IPsec off. Keys are lost.',
  },
  reset: {
    title: 'Reset the lab?',
    act: 'Reset lab',
    acting: 'Resetting…',
    done: 'The lab is as at its first start.',
    lost: 'Policies, settings, host configurations, faults, clock and seed are as at the first start. Nothing can be brought back.',
  },
} as const;

export function StartAgain({ snapshot }: { readonly snapshot: LabSnapshot }) {
  const command = useLabCommand();
  const toast = useToast();
  const [asked, setAsked] = useState<Way>();
  const close = () => {
    setAsked(undefined);
    command.reset();
  };
  const run = (way: Way) =>
    command.mutate(
      { type: way },
      {
        onSuccess: () => {
          toast(ways[way].done);
          close();
        },
      },
    );
  return (
    <Section title="Start again" lead="Both act at once on every tab that shows this lab.">
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px' }}>
        <ActButton variant="outlined" onClick={() => setAsked('allClear')}>
          {inLab(labCluster, ways.allClear.act)}
        </ActButton>
        <ActButton variant="outlined" color="error" onClick={() => setAsked('reset')}>
          {ways.reset.act}…
        </ActButton>
      </Box>
      {asked === undefined ? null : (
        <ConfirmDialog
          isOpen
          title={ways[asked].title}
          act={asked === 'reset' ? ways.reset.act : inLab(labCluster, ways[asked].act)}
          keep="Keep"
          acting={ways[asked].acting}
          isPending={command.isPending}
          error={command.error ?? undefined}
          {...(asked === 'reset' && { typedName: labCluster.id })}
          onAct={() => run(asked)}
          onClose={close}
        >
          <Typography>{ways[asked].lost}</Typography>
          <Typography sx={{ mt: '8px' }}>{cutWords(snapshot)}</Typography>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function cutWords({ ikeSas, hosts }: LabSnapshot): string {
  const ipsecSaCount = ikeSas.reduce((sum, { children }) => sum + children.length, 0);
  const configured = hosts.filter(({ configuration }) => configuration !== undefined).length;
  if (ipsecSaCount === 0) return `No SA stands now; ${plural(configured, 'host')} configured.`;
  return `Cuts ${plural(ikeSas.length, 'IKE SA')} and ${plural(ipsecSaCount, 'IPsec SA')}; traffic goes on in clear.`;
}
