/** Whether a connection stands for a pair of addresses (RFC 4301 4.4.3). */
import { compareAddresses, type IpAddress } from '../../net/address.ts';
import { firstAddress, lastAddress, type Prefix } from '../../net/prefix.ts';
import type { Connection } from '../connection.ts';
import type { Path } from './nat.ts';

export const holdsPath = (connection: Connection, { local, remote }: Path): boolean =>
  connection.local.some((prefix) => holds(prefix, local.address)) &&
  connection.remote.some((prefix) => holds(prefix, remote.address));

const holds = (prefix: Prefix, address: IpAddress): boolean =>
  prefix.address.family === address.family &&
  compareAddresses(firstAddress(prefix), address) <= 0 &&
  compareAddresses(address, lastAddress(prefix)) <= 0;
