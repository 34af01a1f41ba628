/**
 * CREATE_CHILD_SA that replaces a CHILD SA (RFC 7296 1.3.3, 2.8): what it has besides one for a new CHILD SA (create-child-sa.ts), at the side
 * that asks. The side that answers is rekey-child-answer.ts.
 *
 * Make before break: the new SA stands before the old one goes, and the end that asked for the new one deletes the old one. What if
 * both asked at once is rekey-child-collision.ts.
 */
import { emptyOctets } from '../../bytes/octets.ts';
import type { Child } from '../child/child.ts';
import { retryAtMs } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import type { EspSpi, Payload } from '../message/message.ts';
import { notifyTypes, protocols } from '../message/names.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import type { Change } from '../sa/change.ts';
import { removal } from '../sa/closing.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { Live } from '../sa/state.ts';

/** Undefined: it is gone, or another takes its place already. */
export function toReplace({ children }: Live, inSpi: EspSpi): Child | undefined {
  return children.find(({ sa, state }) => sa.inSpi === inSpi && state === 'installed');
}

/** Names the SA by the SPI that its sender receives on. */
export const rekeyNotify = (inSpi: EspSpi): Payload => ({
  type: 'NOTIFY',
  protocol: protocols.numbers.ESP,
  spi: octetsOfEspSpi(inSpi),
  notify: notifyTypes.numbers.REKEY_SA,
  data: emptyOctets,
});

/** A rekey that failed is tried again. */
export function keepOld({ nowMs }: Pick<Env, 'nowMs'>, live: Live, inSpi: EspSpi | undefined): Live {
  const children = live.children.map((each) =>
    each.sa.inSpi === inSpi ? { ...each, rekeyAtMs: retryAtMs(each, nowMs) } : each,
  );
  return { ...live, children };
}

/** The peer does not have the SA: our half of it goes, and a new one takes its place (2.25). */
export function replaceUnknown(env: Env, live: Live, task: CreateChildTask): Change {
  const old = live.children.find(({ sa }) => sa.inSpi === task.replaces);
  if (!old) return { session: live, facts: [] };
  const { replaces, group: _, triedGroups: __, ...rest } = task;
  const because = { code: 'unknownChild', spi: replaces ?? 0 } as const;
  return {
    session: {
      ...live,
      children: live.children.filter((each) => each !== old),
      tasks: [{ ...rest, tries: 0 }, ...live.tasks],
    },
    facts: [removal(env, old.sa, because)],
  };
}
