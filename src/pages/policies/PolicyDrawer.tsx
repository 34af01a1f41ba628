/** One policy with both its ends: the wire, ONTAP's record, and the host's half as the file that matches. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { inLab } from '../../api/cluster-ref.ts';
import { ActButton } from '../../components/ActButton.tsx';
import { FactList } from '../../components/inspector/Inspector.tsx';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import { CopyButton } from '../../components/text/CopyButton.tsx';
import { formatCount } from '../../components/text/format.ts';
import { Mono } from '../../components/text/Mono.tsx';
import { Wire } from '../../components/wire/Wire.tsx';
import type { LabFailure, WireState } from '../../contract/lab-port.ts';
import { ConfigureHost } from './ConfigureHost.tsx';
import { exampleHost, matchOfRecord, swanctlOf } from './other-end.ts';
import type { PolicyActs } from './PolicyMenu.tsx';
import { PolicyState } from './PolicyState.tsx';
import { hostsWithin, reachOf } from './policy-effect.ts';
import type { PolicyRow } from './policy-row.ts';
import { actionWords, identitiesText, localText, remoteText, serviceText } from './policy-text.ts';
import { ShadowNotice } from './ShadowNotice.tsx';
import type { PolicyFacts } from './step-props.ts';
import { wireOfPolicy } from './wire-of-policy.ts';

export interface PolicyDrawerProps {
  readonly row: PolicyRow;
  readonly facts: Pick<PolicyFacts, 'cluster' | 'lifs' | 'hosts' | 'isIpsecOn'>;
  readonly acts: PolicyActs;
  /** The negotiation that failed last and still stands, where the lab tells. */
  readonly failure: LabFailure | undefined;
}

export function PolicyDrawer({ row, facts, acts, failure }: PolicyDrawerProps) {
  const { policy, state, shadowedBy } = row;
  return (
    <>
      <Wire
        {...wireOfPolicy(policy, facts, wireStateOf(state))}
        {...(failure && { reason: { end: failure.end === 'cluster' ? 'local' : 'remote', text: failure.decidedAt } })}
        size="row"
      />
      {failure === undefined ? null : (
        <Alert role="note" severity="error" variant="outlined">
          {failure.sentence}
          <Box sx={{ fontWeight: 600, mt: '4px' }}>{failure.remedy}</Box>
        </Alert>
      )}
      {shadowedBy === undefined ? null : <ShadowNotice shadowedBy={shadowedBy} />}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px' }}>
        <ActButton
          variant="outlined"
          size="small"
          onClick={() => (policy.enabled ? acts.onDisable(policy) : acts.onEnable(policy))}
        >
          {policy.enabled ? 'Disable' : 'Enable'}
        </ActButton>
        <Button variant="outlined" size="small" onClick={() => acts.onRepeat(policy)}>
          Create another like this
        </Button>
        <ActButton variant="outlined" size="small" color="error" onClick={() => acts.onDelete(policy)}>
          {inLab(facts.cluster, 'Delete')}
        </ActButton>
      </Box>
      <section aria-label="The cluster’s half">
        <Typography component="h3" variant="h2" sx={{ mb: '8px' }}>
          Cluster
        </Typography>
        <FactList
          facts={[
            { name: 'State', value: <PolicyState row={row} /> },
            { name: 'SVM', value: policy.svm?.name },
            { name: 'Local', value: localText(row), isFigure: true },
            { name: 'Remote', value: remoteText(row), isFigure: true },
            { name: 'Traffic', value: serviceText(row), isFigure: true },
            { name: 'Action', value: actionWords[policy.action ?? 'esp_transport'] },
            { name: 'Key', value: policy.authentication_method === 'psk' ? 'set, cannot be read back' : undefined },
            {
              name: 'Identities',
              value:
                policy.local_identity === undefined && policy.remote_identity === undefined
                  ? 'left out: each end sends its subnet'
                  : identitiesText(row),
            },
            { name: 'IPsec SAs', value: formatCount(row.ipsecSaCount), isFigure: true },
            {
              name: 'UUID',
              value: (
                <>
                  <Mono>{policy.uuid}</Mono> <CopyButton value={policy.uuid} what="UUID" />
                </>
              ),
            },
          ]}
        />
      </section>
      <HostHalf policy={policy} facts={facts} />
    </>
  );
}

/** Without a part in traffic it is drawn as what it would be without traffic. */
function wireStateOf(state: PolicyRow['state']): WireState {
  if (state === 'disabled') return 'unknown';
  return state === 'shadowed' ? 'idle' : state;
}

function HostHalf({
  policy,
  facts,
}: {
  readonly policy: PolicyRow['policy'];
  readonly facts: PolicyDrawerProps['facts'];
}) {
  const reach = reachOf(policy);
  const inReach = hostsWithin(reach, facts.hosts);
  return (
    <Box
      component="section"
      aria-label="The host’s half"
      sx={{ display: 'grid', gap: '24px', gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      {inReach.map((host) => (
        <ConfigureHost
          heading="h3"
          key={host.id}
          host={host}
          policy={policy}
          typedKey=""
          cluster={facts.cluster}
          isIpsecOn={facts.isIpsecOn}
          isLast={false}
        />
      ))}
      {inReach.length === 0 ? <ExampleFile policy={policy} /> : null}
    </Box>
  );
}

function ExampleFile({ policy }: Pick<PolicyRow, 'policy'>) {
  const host = exampleHost(reachOf(policy).remote);
  if (host === undefined) {
    return (
      <Typography color="textSecondary">
        This policy is for every host; each gets a file with its own address.
      </Typography>
    );
  }
  const file = swanctlOf(matchOfRecord(policy), host);
  if (!file.ok) return <Typography color="textSecondary">{file.error}</Typography>;
  return <CodeBlock name={`swanctl.conf of ${host.name}`} text={file.value} maxHeight={320} />;
}
