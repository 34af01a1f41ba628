/** Each page in both schemes, empty and full, with whatever opens on it: axe finds nothing, 320 px hold it, reduced motion stills it. */
import { expect, type Page, test } from '@playwright/test';
import { aPolicyBody, createPolicy, turnIpsecOn } from './rest.ts';
import { expectSound } from './sound.ts';
import {
  configureHostLater,
  encryptNfs,
  generateKey,
  goTo,
  openLab,
  openPolicy,
  type PageName,
  pageUrls,
  rowOf,
  streamOf,
} from './story.ts';

// axe reads a whole page in some seconds, and more on a busy machine.
test.describe.configure({ timeout: 180_000 });

const pageNames = Object.keys(pageUrls) as PageName[];

test('axe finds nothing on any page at the first start, light and dark, and 320 px hold each', async ({ page }) => {
  await openLab(page);
  for (const name of pageNames) {
    await goTo(page, name);
    await expectSound(page, name);
  }
  await page.goto('/c/lab/settings/enable');
  await expectSound(page, 'Enable IPsec');
  await page.goto('/c/lab/nowhere');
  await expectSound(page, 'a page that does not exist');
  await page.goto('/c/cluster1');
  await expectSound(page, 'a cluster that is not here');
});

test('axe finds nothing on any page when traffic is encrypted, nor in the drawers and dialogs', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  for (const name of pageNames) {
    await goTo(page, name);
    await expectSound(page, name);
  }

  await openPolicy(page, 'nfs-web-17');
  await expectSound(page, 'the drawer of a policy');
  await page.getByRole('button', { name: 'Delete (lab)' }).click();
  await expectSound(page, 'the dialog before a policy is deleted');
  await page.getByRole('button', { name: 'Keep' }).click();
  await goTo(page, 'Associations');
  await rowOf(page, /web-17/)
    .getByRole('link')
    .click();
  await expectSound(page, 'the drawer of an IKE SA');
  await rowOf(page, 'IPsec SA').getByRole('link').click();
  await expectSound(page, 'the drawer of an IPsec SA');
  await goTo(page, 'IPsec settings');
  await page.getByRole('button', { name: 'Disable IPsec (lab)…' }).click();
  await expectSound(page, 'the dialog before IPsec is disabled');
});

test('axe finds nothing on any step of the wizard, with errors and without', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('radio', { name: /^Custom/ }).check();
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await expectSound(page, 'Intent, refused');
  await page.getByRole('button', { name: 'web-17 10.1.4.17' }).click();
  await next.click();
  await next.click();
  await expectSound(page, 'Cluster side, refused');
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await next.click();
  await page.getByRole('radio', { name: /^Enter one/ }).check();
  await page.getByLabel('Key', { exact: true }).fill('aaaaaaaaaaaaaaaaaaaaaaaa');
  await expectSound(page, 'Authentication, a weak key');
  await page.getByRole('radio', { name: /^Generate one/ }).check();
  await generateKey(page);
  await next.click();
  await page.getByRole('radio', { name: /^Name both ends/ }).check();
  await page.getByRole('button', { name: 'Use both addresses' }).click();
  await expectSound(page, 'Identities');
  await next.click();
  await expectSound(page, 'Review');
  await page.getByRole('button', { name: 'Create policy (lab)' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /created$/ })).toBeVisible();
  await expectSound(page, 'Created');
});

test('with reduced motion nothing moves, not even a negotiation', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openLab(page);
  await goTo(page, 'Lab controls');
  await page.getByRole('textbox', { name: 'Loss, %' }).fill('100');
  await page.keyboard.press('Enter');
  await turnIpsecOn(page);
  await createPolicy(page);
  await configureHostLater(page, 'nfs-web-17', aPolicyBody.secret_key);
  await goTo(page, 'Overview');

  await expect(streamOf(page, 'web-17')).toContainText('Negotiating');

  expect(await movingCount(page), 'animations that run').toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(() => movingCount(page), 'without the preference the dashes move').toBeGreaterThan(0);
});

test('at 320 px a card says what its row knows and no more, and no address is cut', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  await page.setViewportSize({ width: 320, height: 800 });

  await expect(rowOf(page, /web-17/)).toContainText(/SVM, LIF.*Policy.*State.*Rate/);
  await expect(rowOf(page, 'IPsec SA')).toContainText(/^IPsec SAState.*Rekey in/);
  await page.goto(pageUrls.Policies);
  await expect(rowOf(page, 'nfs-web-17')).toContainText(/SVM.*Local.*Remote.*State/);
  await page.goto(pageUrls['Lab controls']);
  const addresses = page.getByRole('img').getByText(/^2001:db8:/);
  await expect(addresses.first()).toBeVisible();
  for (const address of await addresses.all())
    expect(await address.evaluate((line) => line.scrollWidth - line.clientWidth), await address.innerText()).toBe(0);
});

const movingCount = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      document.getAnimations().filter(({ playState, effect }) => {
        const durationMs = Number(effect?.getComputedTiming().duration ?? 0);
        return playState === 'running' && durationMs > 20;
      }).length,
  );
