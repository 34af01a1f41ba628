/** Work that is done when it is first wanted, and then not again: key derivation, which a flood of requests must not cost. */

/** Work that is done when it is first wanted, and then not again. */
export interface Once<T> {
  get(): Promise<T>;
  /** What is there already, if anything is. */
  made(): Promise<T> | undefined;
}

export function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      if (made) return made;
      made = make();
      made.catch(() => {
        made = undefined; // a bug: whoever wants it next may have more luck
      });
      return made;
    },
    made: () => made,
  };
}

/** For who expects such work, where it is done. */
export function already<T>(value: T): Once<T> {
  const made = Promise.resolve(value);
  return { get: () => made, made: () => made };
}
