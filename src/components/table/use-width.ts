/** How wide an element is inside, before each paint; undefined while nobody wants to know. */
import { type RefObject, useLayoutEffect, useState } from 'react';

export function useWidth(element: RefObject<HTMLElement | null>, isWanted: boolean): number | undefined {
  const [width, setWidth] = useState<number>();
  useLayoutEffect(() => {
    if (!isWanted || element.current === null) {
      setWidth(undefined);
      return;
    }
    const { current } = element;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, isWanted]);
  return width;
}
