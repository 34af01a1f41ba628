/** `/settings`: is IPsec on, and what would changing it cut? */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useSuspenseQueries } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type LoaderFunctionArgs, Link as RouterLink } from 'react-router';
import { inLab } from '../../api/cluster-ref.ts';
import { useFreshness } from '../../api/freshness.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { loaderTools } from '../../api/query-client.ts';
import { securityAssociationsQuery } from '../../api/security-associations.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { ActButton } from '../../components/ActButton.tsx';
import { EmptyState } from '../../components/feedback/EmptyState.tsx';
import { StaleBanner, staleStyle } from '../../components/feedback/StaleBanner.tsx';
import { settingRow } from '../../components/geometry.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { plural } from '../../components/text/format.ts';
import { LearnLink } from '../../components/text/LearnLink.tsx';
import { useNow } from '../../components/use-now.ts';
import { DisableDialog } from './DisableDialog.tsx';
import { type DisableEffect, disableEffect } from './disable-effect.ts';
import { ReplayWindow } from './ReplayWindow.tsx';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(ipsecQuery(cluster)),
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
    queries.ensureQueryData(securityAssociationsQuery(cluster)),
  ]);
};

export function Component() {
  const cluster = useCluster();
  const [ipsec, policies, associations] = useSuspenseQueries({
    queries: [ipsecQuery(cluster), ipsecPoliciesQuery(cluster), securityAssociationsQuery(cluster)],
  });
  const lab = useLabSnapshot();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, useNow());
  const [isDisabling, setDisabling] = useState(false);
  const { enabled, replay_window: replayWindow, offload_enabled: offload } = ipsec.data;
  const effect = disableEffect(associations.data, lab);
  const enabledCount = policies.data.filter((policy) => policy.enabled).length;
  return (
    <>
      <PageHeader
        title="IPsec settings"
        answer={enabled ? onAnswer(effect) : 'IPsec is off: all traffic passes in clear.'}
        actions={
          enabled ? (
            <ActButton variant="outlined" color="error" onClick={() => setDisabling(true)}>
              {inLab(cluster, 'Disable IPsec')}…
            </ActButton>
          ) : undefined
        }
      />
      <StaleBanner asOfMs={isStale ? answeredAtMs : undefined} source={cluster.id} onRetry={retry} />
      {enabled ? null : (
        <EmptyState
          wire={{ local: { lif: 'every LIF' }, remote: { name: 'every host' }, state: 'clear' }}
          title="Nothing is encrypted while it is off"
          learn={<LearnLink guide="prepare" />}
          action={
            <Button component={RouterLink} to={paths.settingsEnable(cluster.id)} variant="contained">
              Check and enable IPsec
            </Button>
          }
        >
          Turning it on changes nothing by itself: traffic that no policy matches goes on in clear.
        </EmptyState>
      )}
      <Box component="dl" sx={{ ...facts, ...staleStyle(isStale) }}>
        <Setting name="Replay window" note="Refuses packets that were repeated on the way. 0 turns it off.">
          <ReplayWindow value={replayWindow} />
        </Setting>
        <Setting name="Offload" note={offloadNote(enabled)}>
          {offload === undefined ? 'not reported' : offload ? 'on' : 'off'}
        </Setting>
        <Setting name="Policies" note="Kept while IPsec is off; they act as soon as it is on.">
          {policies.data.length === 0
            ? 'none'
            : `${plural(policies.data.length, 'policy', 'policies')}, ${enabledCount} enabled`}
        </Setting>
        <Setting name="No policy matches" note="What this cluster does with traffic that no policy speaks of.">
          passes in clear
        </Setting>
      </Box>
      {isDisabling ? <DisableDialog effect={effect} onClose={() => setDisabling(false)} /> : null}
    </>
  );
}

function onAnswer({ saCount, cutHosts }: DisableEffect): string {
  return saCount === 0
    ? 'IPsec is on. No SA rests on it now.'
    : `IPsec is on. Changing it now affects ${plural(saCount, 'SA')} of ${plural(cutHosts.length, 'host')}.`;
}

/** 66256913: offload changes only while IPsec is off. */
const offloadNote = (isOn: boolean): string =>
  isOn
    ? 'Encryption by the network card, where a node has one that can. It can change only while IPsec is off.'
    : 'Encryption by the network card, where a node has one that can.';

interface SettingProps {
  readonly name: string;
  readonly note: string;
  readonly children: ReactNode;
}

function Setting({ name, note, children }: SettingProps) {
  return (
    <Box sx={settingRow}>
      <Box component="dt" sx={{ fontWeight: 600 }}>
        {name}
      </Box>
      <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
        {children}
        <Typography variant="body2" color="textSecondary">
          {note}
        </Typography>
      </Box>
    </Box>
  );
}

const facts = { m: 0, maxWidth: 800, borderTop: '1px solid', borderColor: 'divider' } as const;
