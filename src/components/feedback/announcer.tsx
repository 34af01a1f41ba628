/**
 * The one polite live region of the app, and an assertive one for a failed act of the user. A sentence that repeats is spoken
 * again, since each gets a fresh node.
 */
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

export type Announce = (sentence: string, urgency?: 'polite' | 'assertive') => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Says a sentence to assistive technology without moving focus. */
export const useAnnounce = (): Announce => useContext(AnnounceContext);

interface Spoken {
  readonly number: number;
  readonly sentence: string;
}

export function AnnouncerProvider({ children }: { readonly children: ReactNode }) {
  const spokenCount = useRef(0);
  const [polite, setPolite] = useState<Spoken>();
  const [assertive, setAssertive] = useState<Spoken>();
  const announce = useCallback<Announce>((sentence, urgency = 'polite') => {
    spokenCount.current += 1;
    const say = urgency === 'polite' ? setPolite : setAssertive;
    say({ number: spokenCount.current, sentence });
  }, []);
  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite">
        {polite === undefined ? null : <span key={polite.number}>{polite.sentence}</span>}
      </div>
      <div className="visually-hidden" aria-live="assertive">
        {assertive === undefined ? null : <span key={assertive.number}>{assertive.sentence}</span>}
      </div>
    </AnnounceContext.Provider>
  );
}
