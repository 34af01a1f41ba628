/**
 * Who wants waking first: a heap of instants, so that ten thousand idle sessions cost one comparison. An owner that changed its
 * mind leaves its old entry behind; such entries are skipped when they come up, and swept when they are the most.
 */
export interface Sleeper {
  wakeAtMs: number | undefined;
}

interface Entry<T extends Sleeper> {
  readonly atMs: number;
  readonly sleeper: T;
}

export class WakeQueue<T extends Sleeper> {
  #heap: Entry<T>[] = [];
  #sleeping = 0;

  set(sleeper: T, atMs: number | undefined): void {
    if (sleeper.wakeAtMs === atMs) return;
    this.#sleeping += Number(atMs !== undefined) - Number(sleeper.wakeAtMs !== undefined);
    sleeper.wakeAtMs = atMs;
    if (atMs === undefined) return;
    if (this.#heap.length > 64 + 4 * this.#sleeping) this.#sweep();
    this.#push({ atMs, sleeper });
  }

  /** The earliest instant; undefined: nobody waits. */
  get nextAtMs(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.atMs;
  }

  /** Takes out one who is due. */
  takeDue(nowMs: number): T | undefined {
    this.#dropStale();
    const [first] = this.#heap;
    if (!first || first.atMs > nowMs) return undefined;
    this.#pop();
    this.#sleeping -= 1;
    first.sleeper.wakeAtMs = undefined;
    return first.sleeper;
  }

  clear(): void {
    this.#heap = [];
    this.#sleeping = 0;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first && first.sleeper.wakeAtMs !== first.atMs; first = this.#heap[0]) this.#pop();
  }

  #sweep(): void {
    const live = this.#heap.filter(({ atMs, sleeper }) => sleeper.wakeAtMs === atMs);
    this.#heap = [];
    for (const entry of live) this.#push(entry);
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || parent.atMs <= entry.atMs) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const lesser =
        (heap[right]?.atMs ?? Number.POSITIVE_INFINITY) < (heap[left]?.atMs ?? Number.POSITIVE_INFINITY) ? right : left;
      const child = heap[lesser];
      if (!child || child.atMs >= last.atMs) break;
      heap[at] = child;
      at = lesser;
    }
    heap[at] = last;
  }
}
