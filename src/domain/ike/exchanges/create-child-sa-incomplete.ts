/** What is said of a CREATE_CHILD_SA message that lacks a payload (RFC 7296 1.3). */
import type { Payload } from '../message/message.ts';
import type { Refusal } from '../refusal.ts';

export const incompleteChild = (payloads: readonly Payload[]): Refusal => incomplete(payloads, 'SA, Nonce, TSi, TSr');

export const incompleteIke = (payloads: readonly Payload[]): Refusal => incomplete(payloads, 'SA, Nonce, KE');

const incomplete = (payloads: readonly Payload[], expected: string): Refusal => ({
  code: 'malformed',
  at: { offset: 0, path: 'CREATE_CHILD_SA', expected, got: payloads.map(({ type }) => type).join(', ') },
});
