/** The cluster's side of a policy: one LIF out of those that ONTAP names, grouped by SVM, or a subnet that holds several. */
import Box from '@mui/material/Box';
import Radio from '@mui/material/Radio';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';
import { useController } from 'react-hook-form';
import { FieldNotes } from '../../components/form/Field.tsx';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import { lifsWithin, reachOf } from './policy-effect.ts';
import type { StepProps } from './step-props.ts';

/** ONTAP's service names beside the words for them. */
const serviceWords: Readonly<Record<string, string>> = { data_nfs: 'NFS', data_cifs: 'SMB', data_iscsi: 'iSCSI' };

/** Where a chosen LIF stands in the draft; `subnet`: the address is typed. */
export const typedSubnet = 'subnet';

export function LifPicker({ form, facts }: StepProps) {
  const { field, fieldState } = useController({ control: form.control, name: 'lif' });
  const id = useId();
  const dataLifs = facts.lifs.filter(isForData);
  const svmNames = [...new Set(dataLifs.map(({ svm }) => svm?.name ?? ''))];
  const pickLif = (lif: IpInterfaceRecord) => {
    field.onChange(lif.uuid);
    form.setValue('svm', lif.svm?.name ?? '');
    form.setValue('local', lif.ip?.address ?? '', { shouldDirty: true });
    form.clearErrors(['lif', 'local', 'svm']);
  };
  const pickSubnet = () => {
    field.onChange(typedSubnet);
    form.setValue('svm', form.getValues('svm') || (facts.svms[0]?.name ?? ''));
    form.clearErrors(['lif', 'local', 'svm']);
  };
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Typography component="legend" variant="fieldLabel" sx={{ p: 0 }}>
        LIF
      </Typography>
      {svmNames.map((svmName) => (
        <Box key={svmName} role="group" aria-labelledby={`${id}-${svmName}`} sx={{ mb: '12px' }}>
          <Typography id={`${id}-${svmName}`} variant="body2" color="textSecondary" component="p">
            SVM {svmName}
          </Typography>
          {dataLifs
            .filter(({ svm }) => (svm?.name ?? '') === svmName)
            .map((lif) => (
              <Option
                key={lif.uuid}
                value={lif.uuid}
                title={lif.name}
                isChecked={field.value === lif.uuid}
                inputRef={field.value === lif.uuid || lif === facts.lifs[0] ? field.ref : undefined}
                onPick={() => pickLif(lif)}
              >
                <LifFacts lif={lif} policyCount={policyCount(lif, facts.policies)} />
              </Option>
            ))}
        </Box>
      ))}
      <Option
        value={typedSubnet}
        title="A subnet of LIFs"
        isChecked={field.value === typedSubnet}
        inputRef={field.value === typedSubnet || facts.lifs.length === 0 ? field.ref : undefined}
        onPick={pickSubnet}
      >
        Several LIFs of one SVM by one policy.
      </Option>
      <FieldNotes id={id} helper={undefined} error={fieldState.error?.message} />
    </Box>
  );
}

const isForData = ({ scope, ip }: IpInterfaceRecord): boolean => scope !== 'cluster' && ip !== undefined;

const policyCount = (lif: IpInterfaceRecord, policies: StepProps['facts']['policies']): number =>
  policies.filter((policy) => lifsWithin(reachOf(policy), [lif]).length > 0).length;

function LifFacts({ lif, policyCount: count }: { readonly lif: IpInterfaceRecord; readonly policyCount: number }) {
  const services = (lif.services ?? []).flatMap((service) => serviceWords[service] ?? []);
  const node = lif.location?.node?.name;
  const facts = [
    node === undefined ? undefined : `on ${node}`,
    services.length === 0 ? undefined : services.join(', '),
    lif.state === 'down' ? 'down' : undefined,
    count === 0 ? 'no policy yet' : count === 1 ? '1 policy' : `${count} policies`,
  ].filter((fact) => fact !== undefined);
  return (
    <>
      <Box component="span" sx={{ color: 'text.primary', fontVariantNumeric: 'tabular-nums slashed-zero' }}>
        {lif.ip?.address}
      </Box>
      {` · ${facts.join(' · ')}`}
    </>
  );
}

interface OptionProps {
  readonly value: string;
  readonly title: string;
  readonly isChecked: boolean;
  readonly inputRef: ((element: HTMLInputElement | null) => void) | undefined;
  readonly onPick: () => void;
  readonly children: ReactNode;
}

function Option({ value, title, isChecked, inputRef, onPick, children }: OptionProps) {
  return (
    <Box component="label" sx={{ display: 'flex', alignItems: 'flex-start', gap: '4px', cursor: 'pointer' }}>
      <Radio
        size="small"
        name="lif"
        value={value}
        checked={isChecked}
        onChange={onPick}
        slotProps={{ input: inputRef === undefined ? {} : { ref: inputRef } }}
      />
      <Box sx={{ pt: '6px', minWidth: 0 }}>
        <Box component="span" sx={{ fontWeight: 500 }}>
          {title}
        </Box>
        <Typography component="div" variant="helper" sx={{ mt: 0 }}>
          {children}
        </Typography>
      </Box>
    </Box>
  );
}
