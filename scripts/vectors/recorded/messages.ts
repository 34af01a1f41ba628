/** Every message of a recording: read and written back; opened, sealed again, its chain read and written back. */
import { concat, type Octets } from '../../../src/domain/bytes/octets.ts';
import type { Protection } from '../../../src/domain/crypto/protection.ts';
import type { Header, Message } from '../../../src/domain/ike/message/message.ts';
import { disagree } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { checkChain, checkMessage, checkPayloads, sealedIn } from '../messages.ts';
import { checkSealed, withoutPadding } from '../sealed-messages.ts';
import { protectionOf } from '../suites.ts';
import { saOf } from './exchanges.ts';
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
        const fragments = fragmentsBefore(reading.recording.messages, index, sealed.total);
        const earlier = await Promise.all(fragments.map((each) => opened(each, checkMessage(each))));
        const [first] = fragments.map((each) => sealedIn(checkMessage(each)));
        checkChain(first?.inner ?? sealed.inner, concat(...earlier, plain), message.reassembledPayloads);
      }
    },
  }));
}

/** The other fragments of a message whose last one stands at `index`. */
function fragmentsBefore(
  messages: readonly RecordedMessage[],
  index: number,
  total: number,
): readonly RecordedMessage[] {
  return messages.slice(index - total + 1, index);
}

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
