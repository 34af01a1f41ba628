/**
 * charon and our end for the tests of one file, each with a certificate: the kit's charon is configured anew for each meeting, and so
 * is our end.
 */
import type { CertificateAuthentication, Connection } from '../../src/domain/ike/connection.ts';
import type { Refusal } from '../../src/domain/ike/refusal.ts';
import { credentialIn, type KeyName } from './certificates.ts';
import { Charon, type CharonOptions, type PeerPorts } from './charon.ts';
import type { Role } from './charon-pair.ts';
import { defaultEsp, defaultIke, OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

export interface OwnWish {
  readonly authentication?: Partial<CertificateAuthentication>;
  readonly connection?: Partial<Connection>;
}

export class CertifiedPair {
  private own: OwnEnd | undefined;
  private readonly charon = new Charon();

  /** `folder`: of certificates.ts; the ends' certificates and authorities come from it, where nothing else is wished. */
  constructor(
    private readonly ports: PeerPorts,
    private readonly folder: string,
  ) {}

  async meet(kind: KeyName, ours: OwnWish = {}, theirs: Partial<CharonOptions> = {}): Promise<OwnEnd> {
    this.charon.configure({ ...this.usual(kind), ...theirs });
    const authentication = await credentialIn(this.folder, kind, 'a.test', ours.authentication);
    this.own = await OwnEnd.open({ ports: this.ports, connection: { authentication, ...ours.connection } });
    return this.own;
  }

  async begin(who: Role): Promise<void> {
    if (who === 'we') await this.own?.initiate();
    else await this.charon.initiate();
  }

  /** charon's log is written at once, and yet behind its messages. */
  logSays(text: string | RegExp): Promise<void> {
    return until(() => this.charon.log().search(text) >= 0);
  }

  log(): string {
    return this.charon.log();
  }

  /** charon's status holds the CHILD SA. */
  isInstalled(): Promise<void> {
    return until(async () => (await this.charon.sas()).includes('INSTALLED, TRANSPORT'));
  }

  /** Why authentication failed at our end. By then or soon after, by its own status, charon holds no SA either. */
  async refusalOf(end: OwnEnd): Promise<Extract<Refusal, { code: 'authFailed' }>> {
    const { refusal } = (await end.until('failed')).failure;
    if (refusal.code !== 'authFailed') throw new Error(`refused for ${refusal.code}`);
    await until(async () => !(await this.charon.sas()).includes('ESTABLISHED'));
    return refusal;
  }

  async part(): Promise<void> {
    await this.own?.close();
    this.own = undefined;
  }

  stop(): void {
    this.charon.stop();
  }

  private usual(kind: KeyName): CharonOptions {
    return { ike: defaultIke, esp: defaultEsp, ports: this.ports, certificates: { kind, folder: this.folder } };
  }
}
