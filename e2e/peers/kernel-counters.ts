/** What the guest's kernel counted of its IPsec and of its pings. */
import type { Guest } from './guest.ts';

export interface KernelCounters {
  /** By SPI. */
  readonly sas: Readonly<Record<number, KernelSaCounters>>;
  /** /proc/net/xfrm_stat: what its IPsec did not like, by name. */
  readonly errors: Readonly<Record<string, number>>;
  /** ICMP of IPv4, by the names of /proc/net/snmp, and echoes of IPv6, by those of snmp6. */
  readonly icmp: Readonly<Record<string, number>>;
}

export interface KernelSaCounters {
  readonly packets: number;
  /** Behind the replay window. */
  readonly tooOld: number;
  /** Within the window, and there before. */
  readonly seen: number;
  readonly icvErrors: number;
  /** The last numbers, received and sent; all 64 bits where the SA has them. */
  readonly lastReceived: number;
  readonly lastSent: number;
}

export async function kernelCounters(guest: Guest): Promise<KernelCounters> {
  return readCounters(await guest.exec(printCounters));
}

/** The command whose output `readCounters` takes. */
export const printCounters =
  'ip -s xfrm state; cat /proc/net/xfrm_stat; grep ^Icmp: /proc/net/snmp; grep ^Icmp6.*Echo /proc/net/snmp6';

export function readCounters(printed: string): KernelCounters {
  const sas = printed.split(/^src /m).slice(1).map(readSa);
  const errors = [...printed.matchAll(/^(Xfrm\w+)\s+(\d+)$/gm)];
  const [names = [], values = []] = [...printed.matchAll(/^Icmp: (.+)$/gm)].map(([, line = '']) => line.split(' '));
  return {
    sas: Object.fromEntries(sas),
    errors: Object.fromEntries(errors.map(([, name, count]) => [name, Number(count)])),
    icmp: Object.fromEntries([
      ...names.map((name, i) => [name, Number(values[i])]),
      ...[...printed.matchAll(/^(Icmp6\w+)\s+(\d+)$/gm)].map(([, name, count]) => [name, Number(count)]),
    ]),
  };
}

function readSa(printed: string): readonly [spi: number, KernelSaCounters] {
  const find = (pattern: RegExp): readonly number[] => {
    const found = pattern.exec(printed);
    if (!found) throw new Error(`${pattern} is not in ${printed}`);
    return found.slice(1).map((each) => Number(each ?? 0));
  };
  const [spi = 0] = find(/ spi (0x[0-9a-f]+)/);
  const [packets = 0] = find(/lifetime current:\s+\d+\(bytes\), (\d+)\(packets\)/);
  const [tooOld = 0, seen = 0, icvErrors = 0] = find(/stats:\s+replay-window (\d+) replay (\d+) failed (\d+)/);
  const [highIn = 0, lowIn = 0, highOut = 0, lowOut = 0] = find(
    /context:\s+(?:seq-hi (\w+), )?seq (\w+), (?:oseq-hi (\w+), )?oseq (\w+)/,
  );
  const counters = { packets, tooOld, seen, icvErrors };
  return [spi, { ...counters, lastReceived: highIn * 2 ** 32 + lowIn, lastSent: highOut * 2 ** 32 + lowOut }];
}
