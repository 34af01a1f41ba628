/** A freshly generated key: shown once, while this step stays open. Copy is the one way out, and the button says so. */
import ContentCopyOutlined from '@mui/icons-material/ContentCopyOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useController, useWatch } from 'react-hook-form';
import { useAnnounce } from '../../components/feedback/announcer.tsx';
import { CheckInput } from '../../components/form/CheckInput.tsx';
import { FieldNotes } from '../../components/form/Field.tsx';
import { Mono } from '../../components/text/Mono.tsx';
import { generateKey } from './pre-shared-key.ts';
import type { StepProps } from './step-props.ts';

const randomOctets = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

export function GeneratedKey({ form }: Pick<StepProps, 'form'>) {
  const { control } = form;
  const { field, fieldState } = useController({ control, name: 'key' });
  const isStored = useWatch({ control, name: 'isKeyStored' });
  const [isShown, setShown] = useState(false);
  const announce = useAnnounce();
  const generate = () => {
    const key = generateKey(randomOctets);
    field.onChange(key);
    form.setValue('keyAgain', key);
    form.setValue('isKeyStored', false);
    form.clearErrors(['key', 'isKeyStored']);
    setShown(true);
    announce('Key generated. Copy it now; it is shown once.');
  };
  const copy = async () => {
    await navigator.clipboard.writeText(field.value);
    announce('Key copied.');
  };
  const hasKey = field.value !== '';
  return (
    <Box sx={{ display: 'grid', gap: '12px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {hasKey && isShown && !isStored ? (
        <Box sx={{ p: '12px 16px', border: '1px solid', borderColor: 'control', borderRadius: '6px', maxWidth: 560 }}>
          <Mono>{field.value}</Mono>
        </Box>
      ) : null}
      {hasKey && (!isShown || isStored) ? (
        <Typography>A generated key of {field.value.length} characters is set. It is not shown again.</Typography>
      ) : null}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px' }}>
        {hasKey && isShown && !isStored ? (
          <Button variant="outlined" startIcon={<ContentCopyOutlined />} onClick={copy}>
            Copy key: shown once, the one way out
          </Button>
        ) : null}
        <Button variant={hasKey ? 'text' : 'outlined'} onClick={generate} name="key" ref={field.ref}>
          {hasKey ? 'Generate another' : 'Generate key'}
        </Button>
      </Box>
      <FieldNotes id="generated-key" helper={undefined} error={fieldState.error?.message} />
      {hasKey ? (
        <CheckInput
          control={control}
          name="isKeyStored"
          label="I have stored it"
          helper="For the clients’ configuration. After this wizard nobody can read it back."
        />
      ) : null}
    </Box>
  );
}
