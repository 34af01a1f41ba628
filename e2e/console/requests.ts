/**
 * What a page's requests to the cluster meet on their way: the cluster, a wait, a refusal, or nobody. The page's own `fetch` is wrapped,
 * since the lab answers in a service worker, past which Playwright's routes see nothing.
 */
import type { Page } from '@playwright/test';

/** What the request is answered with in the cluster's stead. `away`: the network's own failure. */
export type Verdict = 'pass' | 'away' | { readonly status: number; readonly body: unknown };

export interface Gate {
  /** From now on requests whose path, without `/api`, begins so wait; the result lets them go. */
  readonly hold: (path: string) => () => void;
  /** From now on they are answered so; the result ends it. */
  readonly answer: (path: string, verdict: Exclude<Verdict, 'pass'>) => () => void;
}

/** Everything that a cluster is asked. */
export const everything = '/';

/** ONTAP's answer to a role that may not read. */
export const notPermitted = {
  status: 403,
  body: { error: { code: '6', message: 'not authorized for that command' } },
} as const;

/** Before the page's first load. */
export async function gateRequests(page: Page): Promise<Gate> {
  const rules = new Set<{ readonly path: string; readonly verdict: Promise<Verdict> }>();
  const put = (path: string, verdict: Promise<Verdict>) => {
    const rule = { path, verdict };
    rules.add(rule);
    return () => void rules.delete(rule);
  };
  await page.exposeFunction('verdictOn', async (path: string): Promise<Verdict> => {
    const met = [...rules].filter((rule) => path.startsWith(rule.path));
    const verdicts = await Promise.all(met.map(({ verdict }) => verdict));
    return verdicts.find((verdict) => verdict !== 'pass') ?? 'pass';
  });
  await page.addInitScript(wrapFetch);
  return {
    hold: (path) => {
      let letGo = () => {};
      const forget = put(path, new Promise((resolve) => (letGo = () => resolve('pass'))));
      return () => {
        forget();
        letGo();
      };
    },
    answer: (path, verdict) => put(path, Promise.resolve(verdict)),
  };
}

/** In the page. */
function wrapFetch(): void {
  // Playwright has put it there, which the page's types cannot know.
  const { verdictOn } = globalThis as unknown as { verdictOn: (path: string) => Promise<Verdict> };
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const verdict = url.pathname.startsWith('/api/') ? await verdictOn(url.pathname.slice('/api'.length)) : 'pass';
    if (verdict === 'pass') return real(input, init);
    if (verdict === 'away') throw new TypeError('Failed to fetch');
    return Response.json(verdict.body, { status: verdict.status });
  };
}
