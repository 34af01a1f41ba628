/**
 * Whether the user is still on this page and on no way to another: an answer that comes late must not pull them back. A page stays
 * mounted while the next one loads, so being mounted says too little.
 */
import { useCallback, useEffect, useRef } from 'react';
import { useNavigation } from 'react-router';

export function useIsHere(): () => boolean {
  const { state } = useNavigation();
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = state === 'idle';
    return () => {
      isHere.current = false;
    };
  }, [state]);
  return useCallback(() => isHere.current, []);
}
