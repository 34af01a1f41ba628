/** The page's question, answered: who is encrypted right now, and is it healthy? Counted by host, since that is who is cut off. */
import { formatCount, plural } from '../../components/text/format.ts';
import type { FailureRow, IkeRow } from './association-row.ts';

export function associationsAnswer(rows: readonly (IkeRow | FailureRow)[]): string {
  const hostsIn = (states: readonly string[]) =>
    new Set(rows.filter(({ state }) => states.includes(state)).map(({ remoteAddress }) => remoteAddress)).size;
  const ipsecSaCount = rows.reduce((sum, row) => sum + (row.kind === 'ike' ? row.children.length : 0), 0);
  const encrypted = hostsIn(['encrypted', 'oneWay']);
  const failing = hostsIn(['failed']);
  const negotiating = hostsIn(['negotiating']);
  const oneWay = hostsIn(['oneWay']);
  const head =
    encrypted === 0
      ? 'No host is encrypted now'
      : `${plural(encrypted, 'host address', 'host addresses')} encrypted by ${plural(ipsecSaCount, 'IPsec SA')}`;
  const tail = [
    failing > 0 ? `${formatCount(failing)} failing` : '',
    negotiating > 0 ? `${formatCount(negotiating)} negotiating` : '',
    oneWay > 0 ? `${formatCount(oneWay)} one way` : '',
  ].filter(Boolean);
  return tail.length === 0 ? `${head}.` : `${head}; ${tail.join(', ')}.`;
}
