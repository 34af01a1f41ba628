/**
 * `npm run fuzz [-- SECONDS] [--seed N]`: damages recorded messages and opened chains, by octet and by structure, packets before a boundary
 * and certificates, and lets hostile peers negotiate with an endpoint; looks whether anything that must hold does not, and whether memory grows. Octets that it finds go to
 * vectors/fuzz-corpus/ and are from then on vectors like the others; what else it finds is named by its seed.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { toHex } from '../src/domain/bytes/hex.ts';
import type { Octets } from '../src/domain/bytes/octets.ts';
import { drawFrom, mutateChain, mutateMessage } from '../src/domain/ike/message/testing/mutate.ts';
import { probeChain, probeMessage } from '../src/domain/ike/message/testing/probe.ts';
import { chainSamples, messageSamples } from '../src/domain/ike/message/testing/samples.ts';
import { readDamagedCertificate } from './fuzz/damaged-certificates.ts';
import { sendDamagedPackets } from './fuzz/damaged-packets.ts';
import { negotiateWithHostilePeer } from './fuzz/hostile-peer.ts';

const corpus = 'vectors/fuzz-corpus';
const defaultSeconds = 600;
/** Caches and compiled code settle so long before memory is first measured. */
const warmUpShare = 0.2;
const growthLimitMib = 8;
/** After so many findings there is enough to mend. */
const enough = 20;

const options = process.argv.slice(2);
const seconds = Number(options.find((each) => /^\d+$/.test(each)) ?? defaultSeconds);
const seedAt = options.indexOf('--seed');
const seed = seedAt < 0 ? Date.now() & 0x7fffffff : Number(options[seedAt + 1]);

type Claim = string | undefined;

interface Finding {
  readonly kind: 'message' | 'chain';
  readonly first?: number;
  readonly octets: Octets;
  readonly claim: string;
}

const draw = drawFrom(seed);
const startedAtMs = Date.now();
const until = startedAtMs + 1000 * seconds;
const warmAtMs = startedAtMs + 1000 * seconds * warmUpShare;
const seen = new Set<string>();
let runs = 0;
/** What is named by a seed; `packets`: a boundary that is sent a hundred. */
const counts = { certificate: 0, packets: 0, 'hostile peer': 0 };
let warmMib: number | undefined;
console.log(`fuzz: ${seconds} s, seed ${seed}`);
while (Date.now() < until && seen.size < enough) {
  for (let i = 0; i < 1000; i++) {
    const finding = i % 2 === 0 ? damagedMessage() : damagedChain();
    runs += 1;
    if (finding) await keep(finding);
  }
  for (let i = 0; i < 100; i++) await lookAt('certificate', draw(0x7fffffff), readDamagedCertificate);
  await lookAt('packets', draw(0x7fffffff), sendDamagedPackets);
  await lookAt('hostile peer', draw(0x7fffffff), negotiateWithHostilePeer);
  if (Date.now() >= warmAtMs) warmMib ??= heapMib();
}
if (warmMib !== undefined) lookForGrowth(warmMib, heapMib());
const others = `${counts.certificate} certificates, ${counts.packets} hundred packets, ${counts['hostile peer']} hostile peers`;
console.log(`${runs} inputs, ${others}, ${seen.size} findings`);
process.exitCode = seen.size > 0 ? 1 : 0;

function lookForGrowth(fromMib: number, toMib: number): void {
  console.log(`heap after collection: ${fromMib.toFixed(1)} MiB warm, ${toMib.toFixed(1)} MiB at the end`);
  if (toMib - fromMib <= growthLimitMib) return;
  const claim = `memory grew by more than ${growthLimitMib} MiB`;
  seen.add(claim);
  console.log(`FOUND    ${claim}`);
}

function heapMib(): number {
  if (!globalThis.gc) throw new Error('Memory can be measured with node --expose-gc only; npm run fuzz does so.');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function damagedMessage(): Finding | undefined {
  const octets = mutateMessage(
    messageSamples[draw(messageSamples.length)]?.octets ?? new Uint8Array(),
    chainSamples,
    draw,
  );
  const claim = probeMessage(octets);
  return claim === undefined ? undefined : { kind: 'message', octets, claim };
}

function damagedChain(): Finding | undefined {
  const sample = chainSamples[draw(chainSamples.length)] ?? { first: 0, octets: new Uint8Array() };
  const { first, octets } = mutateChain(sample, chainSamples, draw);
  const claim = probeChain({ first, octets });
  return claim === undefined ? undefined : { kind: 'chain', first, octets, claim };
}

async function lookAt(
  what: keyof typeof counts,
  seed: number,
  look: (seed: number) => Claim | Promise<Claim>,
): Promise<void> {
  const claim = await look(seed);
  counts[what] += 1;
  if (claim === undefined || seen.has(claim)) return;
  seen.add(claim);
  console.log(`FOUND    ${claim}\n         ${what} ${seed}`);
}

/** One finding for each claim: a hundred inputs that break the same thing say no more than one. */
async function keep({ kind, first, octets, claim }: Finding): Promise<void> {
  if (seen.has(claim)) return;
  seen.add(claim);
  const id = createHash('sha256').update(octets).digest('hex').slice(0, 12);
  const found = { id, kind, ...(first !== undefined && { first }), hex: toHex(octets), claim };
  const content = { source: `npm run fuzz -- --seed ${seed}`, cases: [found] };
  await mkdir(corpus, { recursive: true });
  await writeFile(`${corpus}/fuzz-corpus-${id}.json`, `${JSON.stringify(content, null, 1)}\n`);
  console.log(`FOUND    ${claim}\n         kept as ${corpus}/fuzz-corpus-${id}.json`);
}
