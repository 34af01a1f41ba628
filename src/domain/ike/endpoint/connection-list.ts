/** The connections of an endpoint as they are now, and which sessions were begun under one that is gone or has changed. */
import type { Connection } from '../connection.ts';
import type { Session } from '../sa/state.ts';
import { areSame } from './same.ts';

export class ConnectionList {
  #byName: ReadonlyMap<string, Connection> = new Map();
  #all: readonly Connection[] = [];

  get all(): readonly Connection[] {
    return this.#all;
  }

  named(name: string): Connection | undefined {
    return this.#byName.get(name);
  }

  /** One that has not changed stays the same object: by that it is known as the one that a session has. */
  replace(connections: readonly Connection[]): void {
    this.#all = connections.map((each) => {
      const before = this.#byName.get(each.name);
      return before && areSame(each, before) ? before : each;
    });
    this.#byName = new Map(this.#all.map((each) => [each.name, each]));
  }

  /** What it was begun under is not here any more; of all that a peer may turn out to be for, nothing is. */
  isOutdated(session: Session): boolean {
    if (session.phase === 'closed') return false;
    const connections = session.phase === 'awaitingAuth' ? session.candidates : [session.connection];
    return !connections.some((each) => this.#byName.get(each.name) === each);
  }
}
