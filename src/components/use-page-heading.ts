/**
 * The `h1` of a page takes the focus when one has come to it by a link, and again whenever `key` changes (the steps of a wizard).
 * Not on the first load: there the browser's own start of the document is right.
 */
import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** React Router's key of the location that the document was opened with. */
const firstLocationKey = 'default';

/** `isYielding`: something of the page takes the focus itself, such as a summary of errors. */
export function usePageHeading(
  key: string,
  { isYielding }: { readonly isYielding: boolean } = { isYielding: false },
): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const focusedKey = useRef<string>(undefined);
  const location = useLocation();
  useEffect(() => {
    if (focusedKey.current === key) {
      return;
    }
    const isFirst = focusedKey.current === undefined && location.key === firstLocationKey;
    focusedKey.current = key;
    if (!isFirst && !isYielding) {
      heading.current?.focus({ preventScroll: true });
    }
  }, [key, location.key, isYielding]);
  return heading;
}
