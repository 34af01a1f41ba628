/** After a policy has been deleted its row goes when the list is read again, and the focus with it: then the next row takes it. */
import { useEffect, useState } from 'react';
import { focusNearby } from '../../components/focus-nearby.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';

/** The result is told the policy that the user deleted. */
export function useFocusAfterDelete(policies: readonly IpsecPolicyRecord[]): (deleted: IpsecPolicyRecord) => void {
  const [going, setGoing] = useState<string>();
  const isGone = going !== undefined && !policies.some(({ uuid }) => uuid === going);
  useEffect(() => {
    if (!isGone) return;
    setGoing(undefined);
    focusNearby();
  }, [isGone]);
  return ({ uuid }) => setGoing(uuid);
}
