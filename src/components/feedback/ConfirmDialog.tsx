/**
 * The one dialog before an act that cuts traffic or loses something. Its title is the question with its count, its body what stops
 * and for whom; focus starts on the safe button, or on the field where the name must be typed. On the lab, destructive labels end
 * in `(lab)`: the caller says so in `act`.
 */
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Mono } from '../text/Mono.tsx';
import { ErrorState } from './ErrorState.tsx';

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  /** `Delete 3 policies?` */
  readonly title: string;
  /** What stops, for whom, and what then flows in clear. */
  readonly children: ReactNode;
  /** `Delete 3 policies (lab)` */
  readonly act: string;
  /** `Keep`; the safe button. */
  readonly keep: string;
  /** While it runs: `Deleting…` */
  readonly acting: string;
  readonly isPending: boolean;
  /** What the cluster said when it refused. */
  readonly error?: unknown;
  /** The name that must be typed; absent: none. */
  readonly typedName?: string;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const titleId = useId();
  return (
    <Dialog
      open={props.isOpen}
      onClose={() => !props.isPending && props.onClose()}
      aria-labelledby={titleId}
      maxWidth="sm"
      fullWidth
    >
      <ConfirmForm {...props} titleId={titleId} />
    </Dialog>
  );
}

function ConfirmForm(props: ConfirmDialogProps & { readonly titleId: string }) {
  const { typedName, error, act, acting, isPending } = props;
  const [typed, setTyped] = useState('');
  const [isMismatchShown, setMismatchShown] = useState(false);
  const isNameRight = typedName === undefined || typed.trim() === typedName;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMismatchShown(!isNameRight);
    if (isNameRight && !isPending) {
      props.onAct();
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <DialogTitle id={props.titleId}>{props.title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: '16px' }}>
        <div>{props.children}</div>
        {typedName === undefined ? null : (
          <NameField
            name={typedName}
            value={typed}
            onChange={setTyped}
            error={isMismatchShown && !isNameRight ? `This is not ${typedName}.` : undefined}
          />
        )}
        {error === undefined || error === null ? null : <ErrorState title="Nothing has changed" error={error} />}
      </DialogContent>
      <DialogActions sx={{ flexWrap: 'wrap', gap: '8px', '& > button': { m: 0, whiteSpace: 'nowrap' } }}>
        <Button onClick={props.onClose} disabled={isPending} autoFocus={typedName === undefined}>
          {props.keep}
        </Button>
        <Button type="submit" variant="contained" color="error" loading={isPending} loadingPosition="start">
          {isPending ? acting : act}
        </Button>
      </DialogActions>
    </form>
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

function NameField({ name, value, onChange, error }: NameFieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>
        Type <Mono>{name}</Mono> to go on
      </label>
      <TextField
        id={id}
        fullWidth
        autoFocus
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={error !== undefined}
        helperText={error}
        sx={{ mt: '4px' }}
      />
    </div>
  );
}
