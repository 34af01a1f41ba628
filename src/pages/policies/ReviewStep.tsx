/** Step five: all that will be sent, what it does to traffic, and whether the policy starts at once. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useWatch } from 'react-hook-form';
import { Link as RouterLink } from 'react-router';
import { RadioInput } from '../../components/form/RadioInput.tsx';
import { type Fact, FactList } from '../../components/inspector/Inspector.tsx';
import { paths } from '../../components/paths.ts';
import { plural } from '../../components/text/format.ts';
import { describeSubnet, isEveryAddress, isOneHost, printSubnet, type Subnet } from './address-input.ts';
import { RequestBody } from './OtherEndPane.tsx';
import { isProtecting, localSubnet, type PolicyDraft, remoteSubnet } from './policy-draft.ts';
import { hostsWithin, streamsWithin } from './policy-effect.ts';
import { printService } from './policy-intents.ts';
import { readPort } from './port-input.ts';
import type { PolicyFacts, StepProps } from './step-props.ts';

export function ReviewStep({ form, facts }: StepProps) {
  const draft = useWatch({ control: form.control, compute: (values: PolicyDraft) => values });
  const lif = facts.lifs.find(({ uuid }) => uuid === draft.lif);
  const edit = (step: string) => paths.policyNew(facts.cluster.id, step);
  return (
    <>
      <Group
        title="What to protect"
        editAt={edit('intent')}
        facts={[
          { name: 'Name', value: draft.name.trim() },
          { name: 'Action', value: actionWords[draft.action] },
          { name: 'Traffic', value: printService(draft.protocol, portNumber(draft.localPort)) },
          { name: 'Remote port', value: draft.remotePort.trim() },
          { name: 'Clients', value: subnetWords(remoteSubnet(draft)) },
        ]}
      />
      <Group
        title="Cluster side"
        editAt={edit('cluster-side')}
        facts={[
          { name: 'SVM', value: draft.svm },
          { name: 'LIF', value: lif?.name },
          { name: 'Local', value: subnetWords(localSubnet(draft)) },
        ]}
      />
      {isProtecting(draft) ? (
        <>
          <Group
            title="Authentication"
            editAt={edit('authentication')}
            facts={[
              {
                name: 'Pre-shared key',
                value: `${draft.keySource}, ${draft.key.length} characters, cannot be read back`,
              },
            ]}
          />
          <Group title="Identities" editAt={edit('identities')} facts={identityFacts(draft)} />
        </>
      ) : null}
      <Effect draft={draft} facts={facts} />
      <RadioInput
        control={form.control}
        name="start"
        label="When it is created"
        choices={[
          {
            value: 'disabled',
            label: 'Create disabled, configure the host, then enable both',
            detail: 'Traffic goes on as it is until both ends are ready.',
          },
          { value: 'enabled', label: 'Create enabled', detail: 'It decides from the next packet on.' },
        ]}
      />
      <RequestBody draft={draft} />
    </>
  );
}

const actionWords: Readonly<Record<PolicyDraft['action'], string>> = {
  esp_transport: 'Protect (ESP transport)',
  bypass: 'Bypass',
  discard: 'Discard',
};

const portNumber = (text: string): number => {
  const port = readPort(text);
  return port.ok ? port.value : 0;
};

function subnetWords(subnet: Subnet | undefined): string {
  if (subnet === undefined) return '';
  if (isEveryAddress(subnet)) return `all clients (${printSubnet(subnet)})`;
  return isOneHost(subnet) ? subnet.address : `${printSubnet(subnet)}, ${describeSubnet(subnet)}`;
}

const identityFacts = (draft: PolicyDraft): readonly Fact[] =>
  draft.identities === 'omitted'
    ? [{ name: 'Both ends', value: 'left out: each sends its subnet' }]
    : [
        { name: 'Local', value: draft.localIdentity.trim() },
        { name: 'Remote', value: draft.remoteIdentity.trim() },
      ];

interface GroupProps {
  readonly title: string;
  readonly editAt: string;
  readonly facts: readonly Fact[];
}

function Group({ title, editAt, facts }: GroupProps) {
  return (
    <Box component="section" aria-label={title} sx={{ borderTop: '1px solid', borderColor: 'divider', pt: '12px' }}>
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: '16px', mb: '8px' }}>
        <Typography component="h2" variant="h2">
          {title}
        </Typography>
        <Link component={RouterLink} to={editAt} aria-label={`Edit ${title.toLowerCase()}`}>
          Edit
        </Link>
      </Box>
      <FactList facts={facts} />
    </Box>
  );
}

/** What happens to traffic, with the lab's own streams by name. */
function Effect({ draft, facts }: { readonly draft: PolicyDraft; readonly facts: PolicyFacts }) {
  return (
    <Alert role="note" severity="info" variant="outlined" icon={false} sx={{ maxWidth: 720 }}>
      <Typography component="h2" variant="h2">
        Effect
      </Typography>
      {effectSentences(draft, facts).map((sentence) => (
        <Typography key={sentence} component="p" sx={{ mt: '4px' }}>
          {sentence}
        </Typography>
      ))}
    </Alert>
  );
}

function effectSentences(draft: PolicyDraft, facts: PolicyFacts): readonly string[] {
  const remote = remoteSubnet(draft);
  const reach = {
    svmName: draft.svm,
    local: localSubnet(draft),
    remote,
    protocol: draft.protocol,
    localPort: portNumber(draft.localPort),
    remotePort: portNumber(draft.remotePort),
  };
  const running = streamsWithin(reach, facts.streams).filter(({ isRunning }) => isRunning);
  const unready = hostsWithin({ remote }, facts.hosts).filter(({ configuration }) => configuration === undefined);
  const sentences: string[] = [];
  if (!facts.isIpsecOn)
    sentences.push('IPsec is off on this cluster: the policy waits, and traffic stays in clear, until it is on.');
  if (draft.start === 'disabled') sentences.push('Created disabled, it changes nothing until it is enabled.');
  const when = draft.start === 'disabled' || !facts.isIpsecOn ? 'Once it is in force' : 'From the next packet on';
  if (draft.action === 'bypass')
    sentences.push(`${when}, its traffic passes in clear, also where a wider policy protects.`);
  if (draft.action === 'discard') sentences.push(`${when}, its traffic is dropped both ways.`);
  if (draft.action === 'esp_transport') {
    sentences.push(
      `${when}, its traffic is encrypted; a client that is not configured to match is cut off, since packets in clear are dropped.`,
    );
    if (running.length > 0 && unready.length > 0) {
      sentences.push(
        `That concerns ${plural(running.length, 'running stream')} of ${unready.map(({ name }) => name).join(' and ')} now.`,
      );
    }
  }
  return sentences;
}
