/** A button that changes the cluster: not offered while the cluster is silent, which the page's banner says. */
import Button, { type ButtonProps } from '@mui/material/Button';
import { useIsSilent } from './use-is-silent.ts';

export function ActButton(props: ButtonProps) {
  const isSilent = useIsSilent();
  return <Button {...props} disabled={props.disabled === true || isSilent} />;
}
