/**
 * What is said outside any IKE SA (RFC 7296 2.5, 2.21): little, and that seldom, since nobody can tell who hears it. Rubbish and
 * responses are met with silence. Of unknown SPIs speaks unknown-spi.ts.
 */
import type { MessageFault } from '../message/fault.ts';
import { type Header, type Message, noSpi } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';

/** So many answers a second, to whomever. */
export class AnswerLimit {
  withheld = 0;
  #sinceMs = 0;
  #count = 0;

  constructor(private readonly perSecond: number) {}

  allows(nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= 1000) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    const may = this.#count <= this.perSecond;
    if (!may) this.withheld += 1;
    return may;
  }
}

/** The answer to octets that are no message for us; undefined: silence. */
export function answerToFault(fault: MessageFault): Message | undefined {
  const payload = notifyFor(fault);
  if (!payload || !('header' in fault) || fault.header.isResponse) return undefined;
  const header: Header = {
    ...fault.header,
    majorVersion: 2,
    minorVersion: 0,
    isResponse: true,
    isFromInitiator: !fault.header.isFromInitiator,
  };
  return { header, payloads: [payload] };
}

function notifyFor(fault: MessageFault) {
  if (fault.code === 'invalidMajorVersion') return notify('INVALID_MAJOR_VERSION');
  if (fault.code !== 'unsupportedCriticalPayload' || !isInitRequest(fault.header)) return undefined;
  return notify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(fault.payloadType));
}

/** The first message of an initiator: the one request that names no SPI of ours. */
export const isInitRequest = ({ exchange, isResponse, isFromInitiator, responderSpi, messageId }: Header): boolean =>
  exchange === exchangeTypes.numbers.IKE_SA_INIT &&
  !isResponse &&
  isFromInitiator &&
  responderSpi === noSpi &&
  messageId === 0;
