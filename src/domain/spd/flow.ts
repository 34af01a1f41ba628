/**
 * What a policy or an SA looks at in one packet (RFC 4301 4.4.1.1), seen from one end: local and remote instead of source and
 * destination, so that one policy serves both directions.
 */
import type { IpAddress } from '../net/address.ts';

export interface Flow {
  readonly local: IpAddress;
  readonly remote: IpAddress;
  /** The upper protocol, IPv6 extension headers walked. */
  readonly protocol: number;
  /**
   * For ICMP type and code as 16 bits, the same on both sides. Undefined: cannot be seen (a later fragment, a protocol without
   * ports, a truncated header): matches ANY and OPAQUE alone.
   */
  readonly localPort: number | undefined;
  readonly remotePort: number | undefined;
}
