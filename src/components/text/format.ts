/**
 * Figures as the console writes them: octets in powers of 1024 with IEC names, durations in their two largest units, times of day
 * to the second, counts in full. Locale of the browser; nothing here is read back by a machine.
 */

const counts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `4,812`: counts stand in full. */
export const formatCount = (count: number): string => counts.format(count);

/** `1.4 GiB`. */
export function formatOctets(octets: number): string {
  let value = Math.max(0, octets);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value)} ${units[unit] ?? 'B'}`;
}

/** `12 MiB/s`. */
export const formatRate = (octetsPerSecond: number): string => `${formatOctets(octetsPerSecond)}/s`;

/** `1 h 04 m`, `47 s`: the two largest units; `0 s` once it has passed. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const two = (value: number) => value.toString().padStart(2, '0');
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
  }
  return `${Math.floor(seconds / 86_400)} d ${two(Math.floor(seconds / 3600) % 24)} h`;
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `14:03:27`. */
export const formatClock = (atMs: number): string => clock.format(atMs);

/** `2026-11-23 14:03:27`, in the browser's zone. */
export function formatInstant(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => value.toString().padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `1 host`, `2 hosts`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
