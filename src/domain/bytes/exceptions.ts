/**
 * Exceptions are bugs (result.ts): ours, or of the program around us, whose callbacks we call. None may cost more than the work that
 * met it, and none may go unheard.
 */
export type OnError = (error: unknown) => void;

/** For an owner that gives no ear: a rejection that nobody handles, which every platform reports in its own way. */
export const unheard: OnError = (error) => void Promise.reject(error);

/** The owner's ear, if it gives one. What the ear throws itself is heard by nobody, and so is what it was told then. */
export function earOf(owner: { onError?(error: unknown): void }): OnError {
  if (!owner.onError) return unheard;
  return (error) => {
    try {
      owner.onError?.(error);
    } catch (thrown) {
      unheard(thrown);
      unheard(error);
    }
  };
}

/** Calls what is not ours. */
export function attempt(call: () => void, onError: OnError): void {
  try {
    call();
  } catch (error) {
    onError(error);
  }
}
