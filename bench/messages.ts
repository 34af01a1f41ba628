/**
 * Reading and writing messages against the least that any reader does: a walk over the headers of all payloads, proposals
 * and transforms with a DataView, and a copy of the octets. The messages are IKE_SA_INIT as two strongSwan daemons sent them.
 */
import type { Octets } from '../src/domain/bytes/octets.ts';
import { parseMessage } from '../src/domain/ike/message/parse.ts';
import { writeMessage } from '../src/domain/ike/message/write.ts';
import { duration, type Figure } from './figure.ts';
import { always, measure } from './measure.ts';

export async function measureMessages(messages: readonly Octets[], where: string): Promise<Figure[]> {
  let at = 0;
  const next = (): Octets => {
    const message = messages[at++ % messages.length];
    if (message === undefined) throw new Error('there are messages');
    return message;
  };
  const { walked, parsed, written } = await measure(
    {
      walked: always(() => walkAndCopy(next())),
      parsed: always(() => parseMessage(next())),
      written: always(() => {
        const message = parseMessage(next());
        if (!message.ok) throw new Error('a recorded message is read');
        return writeMessage(message.value);
      }),
    },
    {},
  );
  return [
    duration(`${where}: parse a message`, 'µs', parsed, walked),
    duration(`${where}: parse and write a message`, 'µs', written, walked),
  ];
}

function walkAndCopy(octets: Octets): Octets {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let sum = view.getUint32(0) + view.getUint32(4) + view.getUint32(8) + view.getUint32(12);
  let type = view.getUint8(16);
  sum += view.getUint16(17) + view.getUint8(19) + view.getUint32(20) + view.getUint32(24);
  for (let at = 28; type !== 0; ) {
    const next = view.getUint8(at);
    const length = view.getUint16(at + 2);
    if (type === 33) sum += walkProposals(view, at + 4, at + length);
    type = next;
    at += length;
  }
  if (sum < 0) throw new Error('the sum keeps the walk from being left out');
  return octets.slice();
}

function walkProposals(view: DataView, from: number, end: number): number {
  let sum = 0;
  for (let at = from; at < end; at += view.getUint16(at + 2)) {
    const transforms = view.getUint8(at + 7);
    let inner = at + 8 + view.getUint8(at + 6);
    for (let i = 0; i < transforms; i++) {
      const length = view.getUint16(inner + 2);
      sum += view.getUint8(inner + 4) + view.getUint16(inner + 6);
      if (length > 8) sum += view.getUint16(inner + 8) + view.getUint16(inner + 10);
      inner += length;
    }
  }
  return sum;
}
