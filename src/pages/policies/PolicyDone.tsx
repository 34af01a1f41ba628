/**
 * After Create: the wire idle, and what is left to do at the other end. In the lab a host is configured to match in one step, with
 * the key that the form still holds; elsewhere its file is shown and copied, with a placeholder for the key.
 */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router';
import { ipsecPoliciesQuery } from '../../api/ipsec-policies.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { worstState } from '../../components/state/wire-states.ts';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import { Wire } from '../../components/wire/Wire.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost } from '../../contract/lab-port.ts';
import { ConfigureHost } from './ConfigureHost.tsx';
import { doneAnswer } from './done-answer.ts';
import { EnablePolicy } from './EnablePolicy.tsx';
import { exampleHost, matchOfRecord, swanctlOf } from './other-end.ts';
import { hostsWithin, reachOf, streamsWithin } from './policy-effect.ts';
import type { PolicyFacts } from './step-props.ts';
import { wireOfPolicy } from './wire-of-policy.ts';

export interface PolicyDoneProps {
  readonly created: IpsecPolicyRecord;
  /** Still in the form's memory; gone with this page. */
  readonly typedKey: string;
  readonly facts: PolicyFacts;
  readonly onRepeat: (model: IpsecPolicyRecord) => void;
}

export function PolicyDone({ created, typedKey, facts, onRepeat }: PolicyDoneProps) {
  const { cluster, hosts } = facts;
  const policies = useQuery(ipsecPoliciesQuery(cluster));
  const policy = policies.data?.find(({ uuid }) => uuid === created.uuid) ?? created;
  const reach = reachOf(policy);
  const inReach = hostsWithin(reach, hosts);
  const running = streamsWithin(reach, facts.streams).filter(({ isRunning }) => isRunning);
  const waiting = inReach.filter((host) => !isConfigured(host, policy));
  const canBeOneStep = policy.action === 'esp_transport' && waiting.length === 1;
  const isProtected = policy.action === 'esp_transport';
  const state =
    policy.enabled && facts.isIpsecOn && running.length > 0
      ? worstState(running.map((stream) => stream.state))
      : undefined;
  return (
    <Box sx={{ maxWidth: 880 }}>
      <PageHeader
        title={`Policy ${policy.name} created`}
        answer={doneAnswer(policy, inReach.length > 0 && waiting.length === 0, state)}
      />
      <Box sx={{ display: 'grid', gap: '32px', gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <Wire {...wireOfPolicy(policy, facts, state)} size="card" />
        {facts.isIpsecOn ? null : (
          <Alert role="note" severity="warning" variant="outlined" sx={{ maxWidth: 720 }}>
            IPsec is off on this cluster, so no policy is in force.{' '}
            <Link component={RouterLink} to={paths.settings(cluster.id)} target="_blank">
              Turn it on in IPsec settings (new tab)
            </Link>
          </Alert>
        )}
        {isProtected && inReach.length > 0
          ? inReach.map((host) => (
              <ConfigureHost
                heading="h2"
                key={host.id}
                host={host}
                policy={policy}
                typedKey={typedKey}
                cluster={cluster}
                isIpsecOn={facts.isIpsecOn}
                isLast={inReach.every((other) => other.id === host.id || isConfigured(other, policy))}
              />
            ))
          : null}
        {isProtected && inReach.length === 0 ? <HostFile policy={policy} /> : null}
        {policy.enabled || canBeOneStep ? null : <EnablePolicy policy={policy} facts={facts} />}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px 16px', alignItems: 'center' }}>
          <Button component={RouterLink} to={paths.associations(cluster.id)} variant="outlined">
            Watch it
          </Button>
          <Button onClick={() => onRepeat(policy)}>Create another like this</Button>
          <Link component={RouterLink} to={paths.policies(cluster.id)}>
            All policies
          </Link>
        </Box>
      </Box>
    </Box>
  );
}

const isConfigured = ({ configuration }: LabHost, policy: IpsecPolicyRecord): boolean =>
  configuration?.policyName === policy.name;

function HostFile({ policy }: { readonly policy: IpsecPolicyRecord }) {
  const host = exampleHost(reachOf(policy).remote);
  const file = swanctlOf(matchOfRecord(policy), host);
  return (
    <section aria-labelledby="client-half">
      <Typography id="client-half" component="h2" variant="h2" sx={{ mb: '8px' }}>
        Configure the client to match
      </Typography>
      {file.ok ? (
        <CodeBlock name={`swanctl.conf of ${host?.name ?? 'the client'}`} text={file.value} />
      ) : (
        <Typography color="textSecondary">{file.error}</Typography>
      )}
    </section>
  );
}
