/** The suite inside a dedicated worker: a part's name comes in, its figures go out. */
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { type Host, measurePart, type Part } from '../suite.ts';
import { bareCbc, bareChacha, bareGcm } from './web-bare.ts';

const host: Host = { where: 'worker', provider: webProvider, bareGcm, bareChacha, bareCbc, inFlight: 16 };

addEventListener('message', (event: MessageEvent<Part>) => {
  measurePart(event.data, host).then(
    (figures) => postMessage({ figures }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
