/** OpenIKED in a guest: what it is told, and how it takes that up while it runs. */
import { type Guest, guestAddress, ownAddress } from './guest.ts';
import type { Pinger } from './pinger.ts';

export interface IkedWish {
  readonly ike?: string;
  readonly esp?: string;
  readonly psk?: string;
  /** It begins by itself as soon as it reads this. */
  readonly role?: 'active' | 'passive';
  readonly mode?: 'transport' | 'tunnel';
  readonly lifetimes?: string;
  readonly auth?: 'ecdsa' | 'rsa';
  readonly certs?: string;
  /** It fragments only where it is told to. */
  readonly fragments?: boolean;
}

/** Writes what it is to be. */
export async function configureIked(
  guest: Guest,
  { role = 'passive', mode = 'transport', lifetimes, fragments, ...settings }: IkedWish,
): Promise<void> {
  const ends = [`local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
  const given = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  await guest.configure('daemon=iked', 'where=uml', ...ends, ...given);
  guest.rewrite('etc/iked.conf', (text) =>
    `${fragments ? 'set fragmentation\n' : ''}${text}`
      .replace('passive transport', `${role} ${mode}`)
      .replace(' psk ', ` ${lifetimes === undefined ? '' : `${lifetimes} `}psk `),
  );
}

/** It has the new configuration, and nothing of before. */
export async function reloadIked(guest: Guest): Promise<void> {
  await guest.exec(`
    loads() { grep -c stickyaddress /run/peer/iked.log; }
    before=$(loads)
    cp /run/peer/etc/iked.conf /etc/iked.conf; ikectl reset all; ikectl reload
    for i in $(seq 100); do [ $(loads) -gt $before ] && break; sleep 0.05; done
  `);
}

/** iked answers before it gives the kernel its SAs, so what comes at once is lost. */
export async function firstPing(pinger: Pinger): Promise<void> {
  for (let left = 10; left > 1; left--) {
    const came = await pinger.ping(guestAddress, 56, 700).then(
      () => true,
      () => false,
    );
    if (came) return;
  }
  await pinger.ping(guestAddress);
}
