/**
 * Proposals as people say them: 'AES-256-CBC, HMAC-SHA-384, P-384'. A PRF is named only where its hash is not that of the
 * integrity beside it, sequence numbers only where they are extended. Names without an entry are the table's in crypto/.
 */
import { isAdditionalKeyExchange, shortNameOf } from '../../crypto/transforms.ts';
import type { Proposal, Transform } from '../message/message.ts';
import { transformTypes } from './proposal.ts';

export function printProposal(proposal: Proposal): string {
  const parts: string[] = [];
  const hashes = new Set<string>();
  for (const type of [transformTypes.ENCR, transformTypes.INTEG, transformTypes.PRF, transformTypes.KE]) {
    const transforms = proposal.transforms.filter((transform) => transform.type === type);
    if (type === transformTypes.INTEG) for (const { id } of transforms) hashes.add(hashOfIntegrity.get(id) ?? '');
    const isImplied = type === transformTypes.PRF && transforms.every(({ id }) => hashes.has(hashOfPrf.get(id) ?? '-'));
    if (transforms.length > 0 && !isImplied) parts.push(transforms.map(printTransform).join(' or '));
  }
  for (let type = 6; type <= 12; type++) {
    const transforms = proposal.transforms.filter((transform) => transform.type === type);
    if (transforms.length > 0) parts.push(`then ${transforms.map(printTransform).join(' or ')}`);
  }
  const esn = proposal.transforms.filter(({ type }) => type === transformTypes.ESN);
  if (esn.some(({ id }) => id === 1)) parts.push(esn.length > 1 ? 'ESN or not' : 'ESN');
  return parts.join(', ');
}

export function printTransform(transform: Transform): string {
  const { type, id, keyBits } = transform;
  const names = type === transformTypes.KE || isAdditionalKeyExchange(type) ? groupNames : namesByType.get(type);
  const name = names?.get(id);
  if (name === undefined) return shortNameOf(transform);
  return keyBits === undefined ? name : name.replace('AES', `AES-${keyBits}`);
}

const encryptionNames = new Map([
  [11, 'no encryption'],
  [12, 'AES-CBC'],
  [13, 'AES-CTR'],
  [18, 'AES-GCM (64-bit ICV)'],
  [19, 'AES-GCM (96-bit ICV)'],
  [20, 'AES-GCM'],
  [21, 'AES-GMAC'],
  [28, 'ChaCha20-Poly1305'],
]);

const prfNames = new Map([
  [2, 'PRF HMAC-SHA-1'],
  [5, 'PRF HMAC-SHA-256'],
  [6, 'PRF HMAC-SHA-384'],
  [7, 'PRF HMAC-SHA-512'],
]);

const integrityNames = new Map([
  [0, 'no integrity'],
  [2, 'HMAC-SHA-1'],
  [12, 'HMAC-SHA-256'],
  [13, 'HMAC-SHA-384'],
  [14, 'HMAC-SHA-512'],
]);

const groupNames = new Map([
  [0, 'no key exchange'],
  [1, 'MODP-768'],
  [2, 'MODP-1024'],
  [5, 'MODP-1536'],
  [14, 'MODP-2048'],
  [15, 'MODP-3072'],
  [16, 'MODP-4096'],
  [17, 'MODP-6144'],
  [18, 'MODP-8192'],
  [19, 'P-256'],
  [20, 'P-384'],
  [21, 'P-521'],
  [31, 'X25519'],
  [32, 'X448'],
  [35, 'ML-KEM-512'],
  [36, 'ML-KEM-768'],
  [37, 'ML-KEM-1024'],
]);

const namesByType: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [transformTypes.ENCR, encryptionNames],
  [transformTypes.PRF, prfNames],
  [transformTypes.INTEG, integrityNames],
  [
    transformTypes.ESN,
    new Map([
      [0, 'no ESN'],
      [1, 'ESN'],
    ]),
  ],
]);

const hashOfIntegrity = new Map([
  [2, 'SHA-1'],
  [12, 'SHA-256'],
  [13, 'SHA-384'],
  [14, 'SHA-512'],
]);

const hashOfPrf = new Map([
  [2, 'SHA-1'],
  [5, 'SHA-256'],
  [6, 'SHA-384'],
  [7, 'SHA-512'],
]);
