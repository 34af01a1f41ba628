/** The main job: from clear to encrypted NFS, by the guided set-up. */
import { expect, type Page, test } from '@playwright/test';
import {
  configureHost,
  enableIpsec,
  encryptNfs,
  expectRow,
  goTo,
  heading,
  nextTo,
  openLab,
  rowOf,
  streamOf,
  writeNfsPolicy,
} from './story.ts';

test('the first start shows two nodes and two hosts in clear, with IPsec off and traffic that moves', async ({
  page,
}) => {
  await openLab(page);

  await expect(page.getByText('None of 2 hosts is encrypted. 2 are in clear.')).toBeVisible();
  const health = page.getByRole('region', { name: 'Health' });
  await expect(health).toContainText('IPsec off');
  await expect(health).toContainText('In clear 2');
  await expect(health).toContainText('nodes 2/2');
  await expect(page).toHaveTitle('LAB · Overview · Overwire');
  for (const hostName of ['web-17', 'web-18']) await expect(streamOf(page, hostName)).toContainText('In clear');
  const counters = page
    .getByRole('region', { name: 'Traffic' })
    .getByText(/packets in, \d+ out/)
    .first();
  const before = await counters.innerText();
  await expect(counters).not.toHaveText(before);
});

test('the guided set-up leads from clear to encrypted', async ({ page }) => {
  await openLab(page);
  const setUp = page.getByRole('region', { name: /^Guided set-up/ });
  await expect(setUp.getByRole('heading', { level: 2 })).toHaveText('Guided set-up: 1 of 5 done');

  await setUp.getByRole('link', { name: 'Enable IPsec' }).click();
  await expect(page.getByText('All 6 checks pass: it can be turned on.')).toBeVisible();
  const checks = page.getByRole('listitem').filter({ hasText: '/api/cluster/nodes' });
  await expect(checks).toContainText('2 of 2 nodes up');
  await page.getByRole('button', { name: 'Enable IPsec (lab)' }).click();
  await expect(page.getByText('IPsec is on. No SA rests on it now.')).toBeVisible();

  await goTo(page, 'Overview');
  await setUp.getByRole('link', { name: 'Create policy' }).click();
  await writeNfsPolicy(page);
  await expect(page.getByText('It is disabled until the other end is ready.')).toBeVisible();
  await configureHost(page);
  await expect(page.getByText('Both ends are configured. Its traffic is encrypted.')).toBeVisible();
  await page.getByRole('link', { name: 'Watch it' }).click();

  await expect(heading(page, 'Associations')).toBeVisible();
  await expectRow(page, /web-17/, {
    'SVM, LIF': 'vs1 nfs_lif1',
    Policy: 'nfs-web-17',
    State: 'Encrypted',
    SPI: /^[0-9a-f]{16}$/,
    Suite: /^AES-256-CBC/,
    'Rekey in': /^\d+ h \d+ m$/,
  });
  await expectRow(page, 'IPsec SA', {
    State: 'Encrypted',
    SPI: /^[0-9a-f]{8}\/[0-9a-f]{8}$/,
    Suite: 'AES-256-GCM',
    In: /iB$/,
    Out: /iB$/,
  });

  await goTo(page, 'Overview');
  await expect(page.getByText('1 of 2 hosts is encrypted. 1 is in clear.')).toBeVisible();
  await expect(setUp.getByRole('heading', { level: 2 })).toHaveText('Guided set-up: 5 of 5 done');
  await expect(setUp).toContainText(/ESP both ways, \d+ packets? in and \d+ out by \d IPsec SAs?\./);
});

test('Create policy under Needs attention begins with the traffic, host and LIF in question', async ({ page }) => {
  await openLab(page);
  await enableIpsec(page);
  await goTo(page, 'Overview');

  const attention = page.getByRole('region', { name: /^Needs attention/ }).getByRole('listitem');
  await attention.filter({ hasText: 'web-18' }).getByRole('link', { name: 'Create policy' }).click();

  await expect(page.getByRole('radio', { name: /^NFS/ })).toBeChecked();
  await expect(page.getByRole('textbox', { name: 'Host address' })).toHaveValue('2001:db8:4::18');
  await expect(page.getByRole('textbox', { name: 'Policy name' })).toHaveValue('nfs-web-18');
  await nextTo(page, 'Cluster side');
  await expect(page.getByRole('radio', { name: /^nfs_lif2/ })).toBeChecked();
});

test('whoever goes to another page before Enable is answered stays there', async ({ page }) => {
  await delayAnswers(page, [
    { method: 'PATCH', path: '/api/security/ipsec', delayMs: 500 },
    { method: 'GET', path: '/api/security/ipsec/security-associations', delayMs: 1500 },
  ]);
  await openLab(page);
  await page.goto('/c/lab/settings/enable');
  await page.getByRole('button', { name: 'Enable IPsec (lab)' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Associations' }).click();

  await expect(heading(page, 'Associations')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('IPsec on');
  await expect(heading(page, 'Associations')).toBeVisible();
});

test('what loads with the page on any cluster has no mock of an API in it; the lab brings its own', async ({
  page,
}) => {
  const loadedFirst: string[] = [];
  const html = await (await page.request.get('/')).text();
  for (const [, url = ''] of html.matchAll(/(?:src|href)="([^"]+\.js)"/g))
    loadedFirst.push(await (await page.request.get(url)).text());

  expect(loadedFirst.length).toBeGreaterThan(0);
  expect(loadedFirst.filter((script) => script.includes('mockServiceWorker'))).toEqual([]);
});

test('counters move because packets moved, and the packets are the proof: readable before, ESP after', async ({
  page,
}) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');

  await rowOf(page, /web-17/)
    .getByRole('link')
    .click();
  const drawer = page.getByRole('region', { name: /^IKE SA web-17/ });
  await expect(drawer.getByText('ESTABLISHED')).toBeVisible();
  await expect(drawer.getByText('pre-shared key, both ends')).toBeVisible();
  const packets = drawer.getByRole('region', { name: 'On the wire' }).getByRole('listitem');
  const clear = packets.filter({ has: page.getByRole('img', { name: 'In clear' }) });
  const esp = packets.filter({ has: page.getByRole('img', { name: 'ESP' }) });
  await expect(clear.first()).toContainText(/TCP 51034 > 2049, \d+ octets/);
  // The application's own text, as anyone between the ends could read it.
  expect((await clear.first().innerText()).replaceAll(' ', '')).toContain(hexOf('in clear you can read this'));
  await expect(esp.filter({ hasText: 'from the host' }).first()).toContainText(/ESP spi 0x[0-9a-f]{8} seq \d+/);
  await expect(esp.filter({ hasText: 'from the cluster' }).first()).toContainText(/ESP spi 0x[0-9a-f]{8} seq \d+/);
  for (const octets of await esp.allInnerTexts()) expect(octets.replaceAll(' ', '')).not.toContain(hexOf('in clear'));

  await rowOf(page, 'IPsec SA').getByRole('link').click();
  const sa = page.getByRole('region', { name: /^IPsec SA [0-9a-f]{8}/ });
  const counters = sa.getByText(/octets\) in \d+ packets$/);
  const [inBefore = '', outBefore = ''] = await counters.allInnerTexts();
  await expect(counters.first()).not.toHaveText(inBefore);
  await expect(counters.last()).not.toHaveText(outBefore);
});

const hexOf = (text: string): string => Buffer.from(text).toString('hex');

/** Holds back what the cluster answers, below everything that the page itself does. */
async function delayAnswers(
  page: Page,
  delays: readonly { readonly method: string; readonly path: string; readonly delayMs: number }[],
): Promise<void> {
  await page.addInitScript((delays) => {
    const fetchAtOnce = window.fetch;
    window.fetch = async (input, init) => {
      const { method, url } = new Request(input, init);
      const delay = delays.find((each) => each.method === method && each.path === new URL(url).pathname);
      if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay.delayMs));
      return fetchAtOnce(input, init);
    };
  }, delays);
}
