/**
 * Step three: the pre-shared key, generated or typed twice. A key goes in and never comes out, but for the one moment after it was
 * generated; ONTAP does not give it back either, and it cannot be changed later.
 */
import Alert from '@mui/material/Alert';
import Typography from '@mui/material/Typography';
import { useWatch } from 'react-hook-form';
import { CheckInput } from '../../components/form/CheckInput.tsx';
import { RadioInput } from '../../components/form/RadioInput.tsx';
import { SecretInput } from '../../components/form/SecretInput.tsx';
import { GeneratedKey } from './GeneratedKey.tsx';
import { guessBits, keyFault, keyWarnings, weakBelowBits } from './pre-shared-key.ts';
import type { StepProps } from './step-props.ts';

export function AuthenticationStep({ form }: StepProps) {
  const source = useWatch({ control: form.control, name: 'keySource' });
  return (
    <>
      <Typography color="textSecondary" sx={{ maxWidth: '64ch' }}>
        Both ends prove that they know one pre-shared key. The policy keeps it sealed; to change it later, the policy is
        made anew.
      </Typography>
      <RadioInput
        control={form.control}
        name="keySource"
        label="Pre-shared key"
        choices={[
          { value: 'generated', label: 'Generate one', detail: '256 random bits as 43 letters and digits.' },
          { value: 'typed', label: 'Enter one', detail: 'A key that the clients have already.' },
        ]}
      />
      {source === 'generated' ? <GeneratedKey form={form} /> : <TypedKey form={form} />}
    </>
  );
}

function TypedKey({ form: { control } }: Pick<StepProps, 'form'>) {
  const key = useWatch({ control, name: 'key' });
  const isUsable = key !== '' && keyFault(key) === undefined;
  const warnings = isUsable ? keyWarnings(key) : [];
  return (
    <>
      <SecretInput
        control={control}
        name="key"
        label="Key"
        helper={
          isUsable
            ? `${key.length} characters, ${strengthWords(key)}.`
            : '18 to 128 ASCII characters; or 0x and hexadecimal, or 0s and Base64.'
        }
      />
      <SecretInput
        control={control}
        name="keyAgain"
        label="Key again"
        helper="Typed a second time, not pasted from above."
      />
      {warnings.length === 0 ? null : (
        <Alert role="note" severity="warning" variant="outlined" sx={{ maxWidth: 640 }}>
          {warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
          <CheckInput control={control} name="isWeakKeyAccepted" label="Use this key all the same" />
        </Alert>
      )}
    </>
  );
}

function strengthWords(key: string): string {
  const bits = guessBits(key);
  if (bits < weakBelowBits / 2) return 'easy to guess';
  return bits < weakBelowBits ? 'weak' : 'strong';
}
