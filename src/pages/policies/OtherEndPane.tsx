/** Beside the wizard from its first step: the wire as it will be, the client's file, the body of the request. */
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import { Wire } from '../../components/wire/Wire.tsx';
import { exampleHost, matchOfDraft, swanctlOf } from './other-end.ts';
import { isProtecting, maskedBody, type PolicyDraft, remoteSubnet } from './policy-draft.ts';
import { hostsWithin } from './policy-effect.ts';
import type { PolicyFacts, StepProps } from './step-props.ts';
import { wireOfDraft } from './wire-of-policy.ts';

const tabs = ['client', 'request'] as const;
type PaneTab = (typeof tabs)[number];
const tabLabels: Readonly<Record<PaneTab, string>> = { client: 'Client', request: 'REST' };

export function OtherEndPane({ form, facts }: StepProps) {
  const draft = useWatch({ control: form.control, compute: (values: PolicyDraft) => values });
  const [tab, setTab] = useState<PaneTab>('client');
  const id = useId();
  return (
    <Box sx={{ display: 'grid', gap: '16px', gridTemplateColumns: 'minmax(0, 1fr)', position: 'sticky', top: 16 }}>
      <Wire {...wireOfDraft(draft, facts)} size="row" />
      <div>
        <Tabs value={tab} onChange={(_, value: PaneTab) => setTab(value)} aria-label="The other end">
          {tabs.map((each) => (
            <Tab key={each} value={each} label={tabLabels[each]} id={`${id}-${each}`} aria-controls={`${id}-panel`} />
          ))}
        </Tabs>
        <Box role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} sx={{ pt: '12px' }}>
          {tab === 'client' ? <ClientFile draft={draft} facts={facts} /> : <RequestBody draft={draft} />}
        </Box>
      </div>
    </Box>
  );
}

function ClientFile({ draft, facts }: { readonly draft: PolicyDraft; readonly facts: PolicyFacts }) {
  const remote = remoteSubnet(draft);
  const host = hostsWithin({ remote }, facts.hosts)[0] ?? exampleHost(remote);
  const file = swanctlOf(matchOfDraft(draft), host);
  if (!file.ok) return <Typography color="textSecondary">{file.error}</Typography>;
  return <CodeBlock name={`swanctl.conf of ${host?.name ?? 'the host'}`} text={file.value} />;
}

export function RequestBody({ draft }: { readonly draft: PolicyDraft }) {
  const text = `POST /api/security/ipsec/policies\n${JSON.stringify(maskedBody(draft), null, 2)}`;
  return (
    <>
      <CodeBlock name="Request" text={text} />
      {isProtecting(draft) && draft.key !== '' ? (
        <Typography variant="helper" component="p">
          The key goes with the request and is not shown.
        </Typography>
      ) : null}
    </>
  );
}
