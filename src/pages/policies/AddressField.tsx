/**
 * An address as it is typed, with its reading beneath: how many addresses it holds, or the two things that `10.1.4.7/24` may mean,
 * each a button. Nothing is rounded silently.
 */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { type ReactNode, useMemo } from 'react';
import { type UseFormReturn, useWatch } from 'react-hook-form';
import { TextInput } from '../../components/form/TextInput.tsx';
import { describeSubnet, isOneHost, printSubnet, readAddress, type Subnet } from './address-input.ts';
import type { PolicyDraft } from './policy-draft.ts';

export interface AddressFieldProps {
  readonly form: UseFormReturn<PolicyDraft>;
  readonly name: 'remote' | 'local';
  readonly label: string;
  readonly helper: ReactNode;
}

export function AddressField({ form, name, label, helper }: AddressFieldProps) {
  const text = useWatch({ control: form.control, name });
  const reading = useMemo(() => readAddress(text), [text]);
  const pick = (subnet: Subnet) => {
    const picked = isOneHost(subnet) ? subnet.address : printSubnet(subnet);
    if (name === 'remote') form.setValue('clients', isOneHost(subnet) ? 'host' : 'subnet', { shouldDirty: true });
    form.setValue(name, picked, { shouldDirty: true, shouldValidate: true });
    form.setFocus(name);
  };
  return (
    <Box sx={{ display: 'grid', gap: '8px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <TextInput control={form.control} name={name} label={label} helper={helper} />
      {reading.kind === 'subnet' ? (
        <Typography variant="body2" component="p" role="status">
          {printSubnet(reading.subnet)}, {describeSubnet(reading.subnet)}
        </Typography>
      ) : null}
      {reading.kind === 'hostBits' ? (
        <Choice sentence="Which of the two do you mean?">
          <Button size="small" variant="outlined" onClick={() => pick(reading.subnet)}>
            Use {printSubnet(reading.subnet)}, {describeSubnet(reading.subnet)}
          </Button>
          <Button size="small" variant="outlined" onClick={() => pick(reading.host)}>
            Use {printSubnet(reading.host)}, one host
          </Button>
        </Choice>
      ) : null}
      {reading.kind === 'several' ? (
        <Choice
          sentence={`A policy holds one subnet. ${printSubnet(reading.covering)} holds them all, and ${reading.foreignCount.toLocaleString()} other addresses.`}
        >
          <Button size="small" variant="outlined" onClick={() => pick(reading.covering)}>
            Use {printSubnet(reading.covering)}
          </Button>
        </Choice>
      ) : null}
    </Box>
  );
}

function Choice({ sentence, children }: { readonly sentence: string; readonly children: ReactNode }) {
  return (
    <Alert role="note" severity="warning" variant="outlined" sx={{ maxWidth: 640 }}>
      {sentence}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px', mt: '8px' }}>{children}</Box>
    </Alert>
  );
}
