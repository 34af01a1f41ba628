/** A CHILD SA of what both ends have agreed on: its keys (RFC 7296 2.17), and everything else in its place. */
import type { VerifiedPeer } from '../auth/auth.ts';
import type { Env } from '../env.ts';
import { type ChildKeyInput, deriveChildKeys } from '../keys/keys.ts';
import type { EspSpi, Payload } from '../message/message.ts';
import { hasNotify } from '../message/notifies.ts';
import { isBehindNat } from '../nat/nat.ts';
import { espSuiteOf, hasEsn } from '../proposal/choice.ts';
import type { ChildChoice } from './answering.ts';
import type { Child } from './child.ts';
import type { ChildSa } from './child-sa.ts';
import { lifeFrom, volumeFrom } from './lifetime.ts';
import type { Above } from './negotiating.ts';

export interface ChildKeying extends Omit<ChildKeyInput, 'suite'> {
  /** Of the exchange that makes the CHILD SA. */
  readonly isInitiator: boolean;
}

/** All that two messages have said of a CHILD SA. */
export interface AgreedChild {
  readonly choice: ChildChoice;
  readonly inSpi: EspSpi;
  readonly keying: ChildKeying;
  /** Of the peer's message. */
  readonly payloads: readonly Payload[];
  /** The SA that it takes the place of, by the SPI that we receive on. */
  readonly replaces?: EspSpi | undefined;
}

export async function makeChild(
  env: Env,
  above: Above & { readonly verified: VerifiedPeer },
  { choice, inSpi, keying, payloads, replaces }: AgreedChild,
): Promise<Child> {
  const keys = await deriveChildKeys(env.means.provider, { ...keying, suite: espSuiteOf(choice.proposal) });
  const life = lifeFrom(choice.template.lifetime, env.means, env.nowMs);
  const sa: ChildSa = {
    connection: above.connection.name,
    child: choice.template.name,
    inSpi,
    outSpi: choice.outSpi,
    local: above.path.local.address,
    remote: above.path.remote.address,
    mode: choice.mode,
    transforms: choice.proposal.transforms,
    hasEsn: hasEsn(choice.proposal),
    inKeys: keying.isInitiator ? keys.fromResponder : keys.fromInitiator,
    outKeys: keying.isInitiator ? keys.fromInitiator : keys.fromResponder,
    localSelectors: choice.local,
    remoteSelectors: choice.remote,
    replayWindow: choice.template.replayWindow,
    acceptsTfcPadding: !hasNotify(payloads, 'ESP_TFC_PADDING_NOT_SUPPORTED'),
    bornAtMs: env.nowMs,
    volume: volumeFrom(choice.template.volume, choice.template.lifetime, env.means),
    ikeSpis: above.spis,
    isInitiator: keying.isInitiator,
    ...life,
    ...(isBehindNat(above.hasNat)
      ? { encapsulation: { localPort: above.path.local.port, remotePort: above.path.remote.port } }
      : {}),
    ...(choice.original ? { originalAddresses: choice.original } : {}),
    ...(choice.mode === 'transport' && above.hasNat.remote ? { hiddenPeer: above.verified.identity } : {}),
    ...(replaces === undefined ? {} : { replaces }),
  };
  return { sa, template: choice.template, state: 'installed', ...life };
}
