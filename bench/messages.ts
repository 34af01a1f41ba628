/**
 * Reading and writing messages against the least that any reader does (bare-walk.ts): once those of whole negotiations, a message as
 * its datagram and what was sealed in it, and once IKE_SA_INIT alone, whose many small payloads are the hardest case.
 */
import type { Result } from '../src/domain/bytes/result.ts';
import { parseMessage, parsePayloads } from '../src/domain/ike/message/parse.ts';
import { writeMessage, writePayloads } from '../src/domain/ike/message/write.ts';
import { walkAndCopyChain, walkAndCopyMessage } from './bare-walk.ts';
import { duration, type Figure } from './figure.ts';
import { always, measure } from './measure.ts';
import { everyMessage, firstMessages, type RecordedMessage } from './recorded-messages.ts';

export async function measureMessages(where: string): Promise<Figure[]> {
  return [
    ...(await measureSet(`${where}: %, a message of a negotiation`, everyMessage())),
    ...(await measureSet(`${where}: %, IKE_SA_INIT`, firstMessages())),
  ];
}

async function measureSet(name: string, messages: readonly RecordedMessage[]): Promise<Figure[]> {
  const { walked, parsed, written } = await measure(
    {
      walked: inTurn(messages, walkAndCopy),
      parsed: inTurn(messages, parse),
      written: inTurn(messages, parseAndWrite),
    },
    {},
  );
  return [
    duration(name.replace('%', 'parse'), 'µs', parsed, walked),
    duration(name.replace('%', 'parse and write'), 'µs', written, walked),
  ];
}

/** Each contender meets the same messages in the same order. */
function inTurn(messages: readonly RecordedMessage[], work: (message: RecordedMessage) => unknown) {
  let at = 0;
  return always(() => {
    const message = messages[at++ % messages.length];
    return message === undefined ? undefined : work(message);
  });
}

function walkAndCopy({ datagram, inside }: RecordedMessage): unknown {
  if (inside) walkAndCopyChain(inside.first, inside.octets);
  return walkAndCopyMessage(datagram);
}

function parse(message: RecordedMessage): unknown {
  const { datagram, inside } = message;
  if (inside) read(parsePayloads(inside.first, inside.octets, message));
  return read(parseMessage(datagram));
}

function parseAndWrite(message: RecordedMessage): unknown {
  const { datagram, inside } = message;
  if (inside) writePayloads(read(parsePayloads(inside.first, inside.octets, message)));
  return writeMessage(read(parseMessage(datagram)));
}

function read<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error('a recorded message is read');
  return result.value;
}
