/**
 * charon and our end for the tests of one file. Both are made anew for each meeting, so that nothing of an earlier test is left; our end
 * goes after each test, charon after the last.
 */
import { afterAll, afterEach, expect, vi } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import type { ChildSa } from '../../src/domain/ike/child/child-sa.ts';
import type { IkeSaView } from '../../src/domain/ike/facts.ts';
import { Charon, type CharonOptions, type PeerPorts } from './charon.ts';
import { defaultEsp, defaultIke, OwnEnd, type OwnOptions } from './own-end.ts';

export type CharonWish = Partial<Omit<CharonOptions, 'ports'>>;

/** Who sends the first message. */
export const roles = ['we', 'charon'] as const;
export type Role = (typeof roles)[number];

export class CharonPair {
  readonly charon = new Charon();
  #own: OwnEnd | undefined;

  /** To be made where the file begins, since it hooks itself into the run. */
  constructor(readonly ports: PeerPorts) {
    afterEach(() => this.part());
    afterAll(() => this.charon.stop());
  }

  async meet(theirs: CharonWish = {}, ours: Partial<OwnOptions> = {}): Promise<OwnEnd> {
    this.charon.configure({ ports: this.ports, ike: defaultIke, esp: defaultEsp, ...theirs });
    return this.open(ours);
  }

  /** An IKE SA and a CHILD SA, begun by either. */
  async establish(who: Role, theirs: CharonWish = {}, ours: Partial<OwnOptions> = {}): Promise<OwnEnd> {
    const end = await this.meet(theirs, ours);
    await this.begin(who, end);
    await end.until('childInstalled');
    return end;
  }

  async begin(who: Role, end: OwnEnd): Promise<void> {
    await (who === 'we' ? end.initiate() : this.charon.initiate());
  }

  /** Our end alone, in the place of the one that was there. */
  async open(ours: Partial<OwnOptions> = {}): Promise<OwnEnd> {
    await this.part();
    this.#own = await OwnEnd.open({ ports: this.ports, ...ours });
    return this.#own;
  }

  /** Things have settled: one IKE SA and one CHILD SA, by charon's word and by ours. */
  async expectSame(end: OwnEnd): Promise<void> {
    await vi.waitFor(
      async () => {
        const listed = await this.charon.sas();
        const [installed, ...more] = [...listed.matchAll(/INSTALLED[\s\S]*?out +([0-9a-f]{8})/g)].map(([, spi]) => spi);
        expect(more).toEqual([]);
        expect(end.children().map(({ inSpi }) => printSpi(inSpi))).toEqual([installed]);
        expect(listed.match(/ESTABLISHED/g)).toHaveLength(1);
        expect(listed).toContain(onlyIkeSa(end).initiatorSpi);
      },
      { timeout: 15_000, interval: 100 },
    );
  }

  /** Both ends hold the same CHILD SA: its SPIs and its keys, crosswise. */
  async expectSameKeys(end: OwnEnd): Promise<void> {
    this.expectKeysOf((await end.until('childInstalled')).child);
    expect(await this.charon.sas()).toContain('INSTALLED, TRANSPORT');
  }

  /** charon has installed this very CHILD SA. */
  expectKeysOf(child: ChildSa): void {
    const lines = this.charon.installedKeys().split('\n');
    for (const [spi, { encr }] of [
      [child.inSpi, child.inKeys],
      [child.outSpi, child.outKeys],
    ] as const) {
      const line = lines.find((each) => each.includes(`spi=0x${printSpi(spi)}`)) ?? '';
      expect(line, `charon holds SPI ${printSpi(spi)}`).toContain(toHex(encr.reveal()));
    }
  }

  /** By its own status charon holds no CHILD SA, and an IKE SA only where one is to stand. */
  async expectNothing({ stands = false } = {}): Promise<void> {
    await vi.waitFor(
      async () => {
        const listed = await this.charon.sas();
        expect(listed).not.toContain('INSTALLED');
        expect(listed.includes('ESTABLISHED')).toBe(stands);
      },
      { timeout: 10_000, interval: 100 },
    );
  }

  /** Our end falls silent. */
  async part(): Promise<void> {
    await this.#own?.close();
    this.#own = undefined;
  }
}

export function onlyIkeSa(end: OwnEnd): IkeSaView {
  const [ikeSa, ...more] = end.endpoint.ikeSas().filter(({ phase }) => phase === 'established');
  if (!ikeSa || more.length > 0) throw new Error(`one IKE SA was expected, ${more.length + (ikeSa ? 1 : 0)} stand`);
  return ikeSa;
}

export const printSpi = (spi: number): string => spi.toString(16).padStart(8, '0');

/** Two ports of each end that no other file uses. */
export const portsOf = (file: number): PeerPorts => ({
  charonIke: 16_500 + file,
  charonNat: 16_501 + file,
  ownIke: 15_500 + file,
  ownNat: 15_501 + file,
});
