/**
 * Step four: what each end says it is. With a pre-shared key ONTAP lets both be left out; then each end sends its policy's subnet
 * as an ID type of strongSwan's own, which others answer with an error (settled: identities without being given).
 */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useWatch } from 'react-hook-form';
import { RadioInput } from '../../components/form/RadioInput.tsx';
import { TextInput } from '../../components/form/TextInput.tsx';
import { isOneHost } from './address-input.ts';
import { localSubnet, remoteSubnet } from './policy-draft.ts';
import type { StepProps } from './step-props.ts';

export function IdentitiesStep({ form }: StepProps) {
  const { control } = form;
  const [identities, clients] = useWatch({ control, name: ['identities', 'clients'] });
  return (
    <>
      <RadioInput
        control={control}
        name="identities"
        label="Identities"
        choices={[
          {
            value: 'omitted',
            label: 'Leave them out',
            detail: 'Each end sends its subnet. Understood by ONTAP and strongSwan.',
            ...(clients === 'all' && {
              disabledBecause: 'A policy for all clients needs a remote identity.',
            }),
          },
          {
            value: 'given',
            label: 'Name both ends',
            detail: 'Needed by Libreswan, Windows and other clients, and for a policy that several hosts share.',
          },
        ]}
      />
      {identities === 'omitted' ? (
        <Alert role="note" severity="info" variant="outlined" sx={{ maxWidth: 640 }}>
          Only ONTAP and strongSwan know identities of this kind. Libreswan answers “Payload has an unknown value: 4”.
        </Alert>
      ) : (
        <IdentityPair form={form} />
      )}
    </>
  );
}

function IdentityPair({ form }: Pick<StepProps, 'form'>) {
  const { control } = form;
  const draft = useWatch({ control, compute: (values) => values });
  const local = localSubnet(draft);
  const remote = remoteSubnet(draft);
  const areHosts = local !== undefined && remote !== undefined && isOneHost(local) && isOneHost(remote);
  const takeAddresses = () => {
    form.setValue('localIdentity', local?.address ?? '', { shouldDirty: true, shouldValidate: true });
    form.setValue('remoteIdentity', remote?.address ?? '', { shouldDirty: true, shouldValidate: true });
  };
  return (
    <Box sx={{ display: 'grid', gap: '16px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '16px', width: '100%' }}>
        <TextInput
          control={control}
          name="localIdentity"
          label="Local identity"
          helper="Sent by the cluster, expected by the host."
          width={280}
        />
        <TextInput
          control={control}
          name="remoteIdentity"
          label="Remote identity"
          helper="Sent by the host, expected by the cluster."
          width={280}
        />
      </Box>
      {areHosts ? (
        <Button size="small" variant="outlined" onClick={takeAddresses}>
          Use both addresses
        </Button>
      ) : null}
    </Box>
  );
}
