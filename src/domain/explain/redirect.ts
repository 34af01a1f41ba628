/** A gateway that sends us on to where we do not go, in words (RFC 5685). */
import type { Refusal } from '../ike/refusal.ts';
import { printAddress } from '../net/address.ts';
import type { Scene, Words } from './words.ts';

type Redirect = Extract<Refusal, { readonly code: 'redirect' }>;

export function explainRedirect({ why, from, to, times }: Redirect, { own, peer }: Scene): Words {
  const sends = `${peer.name} at ${printAddress(from)} sends ${own.name} on to ${nameOf(to)}`;
  switch (why) {
    case 'unasked':
      return {
        sentence: `${sends}; this connection of ${own.name} follows no gateway.`,
        remedy: `Let it follow redirects, or name the gateway that serves it.`,
      };
    case 'unreadable':
      return {
        sentence: `${sends}, which ${own.name} cannot read.`,
        remedy: `Let ${peer.name} name the other gateway by its address.`,
      };
    case 'name':
      return {
        sentence: `${sends}, which is a name, and ${own.name} looks none up.`,
        remedy: `Let ${peer.name} name the other gateway by its address.`,
      };
    case 'family':
      return {
        sentence: `${sends}, and ${own.name} speaks to it from an address of the other family.`,
        remedy: `Let ${peer.name} send it to an address of the family that the connection uses.`,
      };
    case 'notHeld':
      return {
        sentence: `${sends}, which is none of the addresses that the connection is for.`,
        remedy: `Add that address to the connection's remote addresses, if the gateway there may stand in for ${peer.name}.`,
      };
    case 'tooOften':
      return {
        sentence: `${sends}, after gateways sent it on ${times} times already: they may be sending it to and fro.`,
        remedy: `Look at where each gateway sends its clients.`,
      };
  }
}

function nameOf(to: Redirect['to']): string {
  switch (to?.kind) {
    case 'address':
      return printAddress(to.address);
    case 'name':
      return `"${to.name}"`;
    case 'unknown':
      return `a gateway of type ${to.type}`;
    case undefined:
      return 'another gateway';
  }
}
