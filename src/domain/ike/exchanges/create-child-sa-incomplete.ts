/** What is said of a CREATE_CHILD_SA message that lacks a payload (RFC 7296 1.3). */
import type { Payload } from '../message/message.ts';
import { lacking } from '../message/occurrence.ts';
import type { Refusal } from '../refusal.ts';

export const incompleteChild = (payloads: readonly Payload[]): Refusal => incomplete('SA, Nonce, TSi, TSr', payloads);

export const incompleteIke = (payloads: readonly Payload[]): Refusal => incomplete('SA, Nonce, KE', payloads);

const incomplete = (expected: string, payloads: readonly Payload[]): Refusal => ({
  code: 'malformed',
  at: lacking('CREATE_CHILD_SA', expected, payloads),
});
