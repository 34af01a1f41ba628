/** Step one: what to protect, for whom, and under which name. A card fills protocol and port; Custom opens them. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useWatch } from 'react-hook-form';
import { RadioInput } from '../../components/form/RadioInput.tsx';
import { SelectInput } from '../../components/form/SelectInput.tsx';
import { TextInput } from '../../components/form/TextInput.tsx';
import { AddressField } from './AddressField.tsx';
import { intentCards } from './policy-intents.ts';
import type { StepProps } from './step-props.ts';

export function IntentStep({ form, facts }: StepProps) {
  const { control } = form;
  const [intent, clients] = useWatch({ control, name: ['intent', 'clients'] });
  return (
    <>
      <RadioInput
        control={control}
        name="intent"
        label="Traffic"
        layout="cards"
        choices={intentCards.map(({ value, label, selector, detail }) => ({
          value,
          label,
          detail: (
            <>
              <Box
                component="span"
                sx={{ display: 'block', color: 'text.primary', fontVariantNumeric: 'tabular-nums' }}
              >
                {selector}
              </Box>
              {detail}
            </>
          ),
        }))}
      />
      {intent === 'custom' ? <CustomSelector form={form} facts={facts} /> : null}
      <RadioInput
        control={control}
        name="clients"
        label="Clients"
        choices={[
          { value: 'host', label: 'One host' },
          { value: 'subnet', label: 'A subnet' },
          {
            value: 'all',
            label: 'All clients',
            detail: 'Every address (0.0.0.0/0 or ::/0); needs a port and a remote identity.',
          },
        ]}
      />
      {clients === 'all' ? null : <ClientAddress form={form} facts={facts} />}
      <TextInput
        control={control}
        name="name"
        label="Policy name"
        helper="1 to 64 ASCII characters; cannot be changed later."
      />
    </>
  );
}

function ClientAddress({ form, facts }: StepProps) {
  const [clients, remote] = useWatch({ control: form.control, name: ['clients', 'remote'] });
  const isHost = clients === 'host';
  const pick = (address: string) => {
    form.setValue('remote', address, { shouldDirty: true, shouldValidate: true });
  };
  return (
    <Box sx={{ display: 'grid', gap: '12px', gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <AddressField
        form={form}
        name="remote"
        label={isHost ? 'Host address' : 'Client subnet'}
        helper={
          isHost
            ? 'For example 10.1.4.7 or 2001:db8::7.'
            : 'For example 10.1.4.0/24, 10.1.4.0 255.255.255.0 or 10.1.4.8-15.'
        }
      />
      {isHost && facts.hosts.length > 0 ? (
        <Box
          role="group"
          aria-label="Hosts of the lab"
          sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' }}
        >
          <Typography variant="body2" color="textSecondary">
            Hosts of the lab
          </Typography>
          {facts.hosts.flatMap((host) =>
            host.addresses.map((address) => (
              <Button
                key={address}
                size="small"
                variant="outlined"
                aria-pressed={remote.trim() === address}
                onClick={() => pick(address)}
                sx={{ fontVariantNumeric: 'tabular-nums' }}
              >
                {host.name} {address}
              </Button>
            )),
          )}
        </Box>
      ) : null}
    </Box>
  );
}

function CustomSelector({ form: { control } }: StepProps) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: '24px',
        gridTemplateColumns: 'minmax(0, 1fr)',
        pl: '16px',
        borderLeft: '2px solid',
        borderColor: 'divider',
      }}
    >
      <RadioInput
        control={control}
        name="action"
        label="Action"
        choices={[
          { value: 'esp_transport', label: 'Protect', detail: 'Encrypt with ESP in transport mode.' },
          { value: 'bypass', label: 'Bypass', detail: 'Let it pass in clear, also where a wider policy protects.' },
          { value: 'discard', label: 'Discard', detail: 'Drop it, both ways.' },
        ]}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '16px' }}>
        <SelectInput
          control={control}
          name="protocol"
          label="Protocol"
          width={160}
          choices={[
            { value: 'tcp', label: 'tcp' },
            { value: 'udp', label: 'udp' },
            { value: 'any', label: 'any' },
          ]}
        />
        <TextInput
          control={control}
          name="localPort"
          label="Local port"
          helper="A number or a name such as nfs; empty is any."
          isOptional
          width={200}
        />
        <TextInput
          control={control}
          name="remotePort"
          label="Remote port"
          helper="Clients use any port as a rule."
          isOptional
          width={200}
        />
      </Box>
    </Box>
  );
}
