/** What can be done with a policy, as the menu of its row. What cannot be done now says why. */
import MoreVertOutlined from '@mui/icons-material/MoreVertOutlined';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { createContext, useContext, useState } from 'react';
import { inLab } from '../../api/cluster-ref.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { useIsSilent } from '../../components/use-is-silent.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';

export interface PolicyActs {
  readonly onOpen: (policy: IpsecPolicyRecord) => void;
  readonly onEnable: (policy: IpsecPolicyRecord) => void;
  readonly onDisable: (policy: IpsecPolicyRecord) => void;
  readonly onRepeat: (policy: IpsecPolicyRecord) => void;
  readonly onDelete: (policy: IpsecPolicyRecord) => void;
}

/** What the page does when a row's menu asks for it. */
export const PolicyActsContext = createContext<PolicyActs | undefined>(undefined);

export function PolicyMenu({ policy }: { readonly policy: IpsecPolicyRecord }) {
  const acts = useContext(PolicyActsContext);
  const cluster = useCluster();
  const isSilent = useIsSilent();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const close = () => setAnchor(undefined);
  if (acts === undefined) return null;
  const choose = (act: (policy: IpsecPolicyRecord) => void) => () => {
    close();
    act(policy);
  };
  return (
    <>
      <IconButton
        size="small"
        aria-label={`Actions for ${policy.name}`}
        aria-haspopup="menu"
        aria-expanded={anchor !== undefined}
        onClick={(event) => {
          event.stopPropagation();
          setAnchor(event.currentTarget);
        }}
      >
        <MoreVertOutlined fontSize="small" />
      </IconButton>
      <Menu
        anchorEl={anchor ?? null}
        open={anchor !== undefined}
        onClose={close}
        onClick={(event) => event.stopPropagation()}
      >
        <MenuItem onClick={choose(acts.onOpen)}>Show both ends</MenuItem>
        <MenuItem onClick={choose(policy.enabled ? acts.onDisable : acts.onEnable)} disabled={isSilent}>
          {policy.enabled ? 'Disable' : 'Enable'}
        </MenuItem>
        <MenuItem onClick={choose(acts.onRepeat)}>Create another like this</MenuItem>
        <MenuItem onClick={choose(acts.onDelete)} disabled={isSilent}>
          {inLab(cluster, 'Delete')}
        </MenuItem>
      </Menu>
    </>
  );
}
