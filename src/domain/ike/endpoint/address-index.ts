/** Things by an address that several of them may share. */
import { type IpAddress, printAddress } from '../../net/address.ts';

export class AddressIndex<T> {
  readonly #byAddress = new Map<string, Set<T>>();

  at(address: IpAddress): Iterable<T> {
    return this.#byAddress.get(printAddress(address)) ?? [];
  }

  add(address: IpAddress, item: T): void {
    const key = printAddress(address);
    const listed = this.#byAddress.get(key);
    if (listed) listed.add(item);
    else this.#byAddress.set(key, new Set([item]));
  }

  remove(address: IpAddress, item: T): void {
    const key = printAddress(address);
    const listed = this.#byAddress.get(key);
    listed?.delete(item);
    if (listed?.size === 0) this.#byAddress.delete(key);
  }
}
