/**
 * The worker in which the lab lives: one for all tabs where the browser shares workers. Here, and nowhere below, are the clock, the
 * timers, the platform's randomness and the database.
 */
import { ok } from '../domain/bytes/result.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { openBrowserStore } from '../mocks/browser-store.ts';
import { openLab } from '../mocks/lab/port.ts';
import { serveLab } from '../mocks/lab-door.ts';

serveLab(() =>
  openLab({
    openStore: async () => ok(await openBrowserStore()),
    provider: webProvider,
    newUuid: () => crypto.randomUUID(),
    onError: (error, endName) => console.error(`A bug, met by ${endName}:`, error),
    timers: {
      nowMs: () => performance.timeOrigin + performance.now(),
      after(delayMs, callBack) {
        const timer = setTimeout(callBack, delayMs);
        return () => clearTimeout(timer);
      },
    },
  }),
);
