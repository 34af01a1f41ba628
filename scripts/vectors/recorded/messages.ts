/** Every message of a recording: read and written back; opened, sealed again, its chain read and written back. */
import { concat, type Octets } from '../../../src/domain/bytes/octets.ts';
import type { Protection } from '../../../src/domain/crypto/protection.ts';
import type { Header, Message } from '../../../src/domain/ike/message/message.ts';
import { disagree } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { checkChain, checkMessage, checkPayloads, sealedIn } from '../messages.ts';
import { checkSealed, withoutPadding } from '../sealed-messages.ts';
import { protectionOf } from '../suites.ts';
import { isOneExchange, isResponse, saOf } from './exchanges.ts';
import type { Reading, RecordedMessage } from './recording.ts';

export function messageCases(reading: Reading, { provider }: Means): VectorCase[] {
  const opened = async (message: RecordedMessage, parsed: Message): Promise<Octets> => {
    const sealed = sealedIn(parsed) ?? disagree('no SK payload');
    const protection = await protectionFrom(reading, provider, message, parsed.header);
    return withoutPadding(await checkSealed(protection, message.hex, sealed));
  };
  return reading.recording.messages.map((message, index) => ({
    name: `message ${index + 1}`,
    async check() {
      const parsed = checkMessage(message);
      const sealed = sealedIn(parsed);
      if (!sealed) return message.payloads && checkPayloads(parsed.payloads, message.payloads);
      const plain = await opened(message, parsed);
      if (sealed.type === 'SK') checkChain(sealed.inner, plain, message.payloads);
      else if (message.reassembledPayloads) {
        const fragments = fragmentsOf(reading.recording.messages, message, sealed.total);
        const pieces = await Promise.all(fragments.map((each) => opened(each, checkMessage(each))));
        const [first] = fragments.map((each) => sealedIn(checkMessage(each)));
        checkChain(first?.inner ?? sealed.inner, concat(...pieces), message.reassembledPayloads);
      }
    },
  }));
}

/** All fragments of the message that one belongs to, by their numbers; each once, however often it was sent. */
function fragmentsOf(
  messages: readonly RecordedMessage[],
  one: RecordedMessage,
  total: number,
): readonly RecordedMessage[] {
  const ofMessage = messages.filter((each) => isOneExchange(each, one) && isResponse(each) === isResponse(one));
  return Array.from({ length: total }, (_, index) => {
    const isOfNumber = (each: RecordedMessage) => numberOf(sealedIn(checkMessage(each))) === index + 1;
    return ofMessage.find(isOfNumber) ?? disagree(`fragment ${index + 1} is not in the recording`);
  });
}

const numberOf = (sealed: ReturnType<typeof sealedIn>) => (sealed?.type === 'SKF' ? sealed.number : undefined);

function protectionFrom(
  { recording, suite }: Reading,
  provider: Means['provider'],
  message: RecordedMessage,
  { isFromInitiator }: Header,
): Promise<Protection> {
  const sa = saOf(recording, message) ?? disagree('no keys for these SPIs');
  const keys = isFromInitiator ? { encr: sa.sk_ei, integ: sa.sk_ai } : { encr: sa.sk_er, integ: sa.sk_ar };
  return protectionOf(provider, suite, keys);
}
