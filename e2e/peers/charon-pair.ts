/**
 * charon and our end for the tests of one file. Both are made anew for each meeting, so that nothing of an earlier test is left; our end
 * goes after each test, charon after the last.
 */
import { afterAll, afterEach } from 'vitest';
import { Charon, type CharonOptions, type PeerPorts } from './charon.ts';
import { defaultEsp, defaultIke, OwnEnd, type OwnOptions } from './own-end.ts';

export type CharonWish = Partial<Omit<CharonOptions, 'ports'>>;

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

  /** Our end alone, in the place of the one that was there. */
  async open(ours: Partial<OwnOptions> = {}): Promise<OwnEnd> {
    await this.part();
    this.#own = await OwnEnd.open({ ports: this.ports, ...ours });
    return this.#own;
  }

  /** Our end falls silent. */
  async part(): Promise<void> {
    await this.#own?.close();
    this.#own = undefined;
  }
}

/** Two ports of each end that no other file uses. */
export const portsOf = (file: number): PeerPorts => ({
  charonIke: 16_500 + file,
  charonNat: 16_501 + file,
  ownIke: 15_500 + file,
  ownNat: 15_501 + file,
});
