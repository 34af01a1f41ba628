/** The connections of an endpoint as they are now, and which sessions were begun under one that is gone or has changed. */
import type { Connection } from '../connection.ts';
import type { Session } from '../session/state.ts';
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

  /** It was begun under a connection, or perhaps for one, that is not here any more. */
  isOutdated(session: Session): boolean {
    return connectionsOf(session).some((each) => this.#byName.get(each.name) !== each);
  }
}

/** Those that it was made for, or may turn out to be for. */
function connectionsOf(session: Session): readonly Connection[] {
  if (session.phase === 'closed') return [];
  return session.phase === 'awaitingAuth' ? session.candidates : [session.connection];
}
