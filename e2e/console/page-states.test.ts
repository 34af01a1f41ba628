/** Each page while it loads, when it is refused, when nobody answers, when what it shows is old, when it has nothing to show. */
import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { endLabWorker, holdLab } from './browser.ts';
import { everything, gateRequests, notPermitted } from './requests.ts';
import { expectSound, expectSoundNow } from './sound.ts';
import { encryptNfs, goTo, heading, nextTo, openLab, pageUrls } from './story.ts';

// axe reads a whole page in some seconds, and more on a busy machine.
test.describe.configure({ timeout: 180_000 });

/** Beside the pages of the navigation the two that are reached from them; the title is that of the loaded page. */
const places = [
  { name: 'Overview', url: pageUrls.Overview, title: 'Overview' },
  { name: 'IPsec settings', url: pageUrls['IPsec settings'], title: 'IPsec settings' },
  { name: 'Enable IPsec', url: `${pageUrls['IPsec settings']}/enable`, title: 'Enable IPsec' },
  { name: 'Policies', url: pageUrls.Policies, title: 'Policies' },
  { name: 'New policy', url: `${pageUrls.Policies}/new`, title: 'What to protect' },
  { name: 'Associations', url: pageUrls.Associations, title: 'Associations' },
] as const;

const skeleton = (page: Page): Locator => page.locator('[data-skeleton]');

for (const { name, url, title } of places) {
  test(`${name}, while its data come, has its shell and name, and nothing moves when they have come`, async ({
    page,
  }) => {
    const gate = await gateRequests(page);
    await openLab(page);
    if (name === 'Policies' || name === 'Associations') await encryptNfs(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    const letGo = gate.hold(everything);

    await page.goto(url);

    await expect(skeleton(page)).toHaveAttribute('aria-busy', 'true');
    await expect(page.getByRole('status').filter({ hasText: `Loading ${name}` })).toHaveCount(1);
    await expect(page).toHaveTitle(new RegExp(`^LAB · ${name} · Overwire`));
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
    const before = await placesOf(page);
    await expectSoundNow(page, `${name}, loading`);
    letGo();
    await expect(heading(page, title)).toBeVisible();
    await expect(skeleton(page)).toHaveCount(0);
    await expect.poll(() => placesOf(page), 'where its name and first part stand').toEqual(before);
  });

  test(`${name}, when the role may not read it, names the path and the command, and is shown by Retry`, async ({
    page,
  }) => {
    const gate = await gateRequests(page);
    const permit = gate.answer(everything, notPermitted);

    await page.goto(url);

    await expect(heading(page, name)).toBeVisible();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(`${name} could not be shown`);
    await expect(alert).toContainText(/may not read \/api\/\w+/);
    await expect(page.getByText(/^security login rest-role create .* -access readonly$/)).toBeVisible();
    await expectSound(page, `${name}, refused`);
    permit();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(heading(page, title)).toBeVisible();
    await expect(alert).toHaveCount(0);
  });
}

test('Lab controls, before the lab has started, stand in their shell already', async ({ page }) => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(/\/assets\/browser-[\w-]+\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(pageUrls['Lab controls']);

  await expect(skeleton(page)).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByText('Loading Lab controls')).toHaveCount(1);
  const before = await placesOf(page);
  letGo();
  await expect(heading(page, 'Lab controls')).toBeVisible();
  expect(await placesOf(page)).toEqual(before);
});

test('a page that nobody answers tries again by itself, and says when', async ({ page }) => {
  const gate = await gateRequests(page);
  const answerAgain = gate.answer(everything, 'away');

  await page.goto(pageUrls.Policies);

  await expect(page.getByRole('alert')).toContainText('lab does not answer.');
  await expect(page.getByText(/^Next try in \d+ s$/)).toBeVisible();
  answerAgain();
  await expect(page.getByText('No policy: all traffic flows in clear.')).toBeVisible();
});

test('when the cluster falls silent each page keeps what it showed, dates it, and offers no act', async ({
  page,
  context,
}) => {
  const bystander = await context.newPage();
  await bystander.goto('/mockServiceWorker.js');
  await openLab(page);
  await encryptNfs(page);
  for (const name of ['Overview', 'IPsec settings', 'Policies', 'Associations', 'Lab controls'] as const)
    await goTo(page, name);
  await holdLab(bystander);
  await fallSilent(page, context);

  await expect(banner(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Put everything back in clear (lab)' })).toBeDisabled();
  await expect(page.getByRole('button', { name: /^Stop NFS of web-17/ })).toBeDisabled();
  await expect(page.getByRole('slider', { name: /^Loss/ })).toBeDisabled();
  await expectSound(page, 'Lab controls, old');
  await page.setViewportSize({ width: 320, height: 800 });
  const retry = page.getByRole('region', { name: 'Health' }).getByRole('button', { name: 'Retry' });
  await expect(retry).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1280, height: 720 });

  await goTo(page, 'Overview');
  await expect(banner(page)).toBeVisible();
  await expect(page.getByText('1 of 2 hosts is encrypted. 1 is in clear.')).toBeVisible();
  await goTo(page, 'IPsec settings');
  await expect(banner(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Disable IPsec (lab)…' })).toBeDisabled();
  await goTo(page, 'Policies');
  await expect(banner(page)).toBeVisible();
  await page.getByRole('link', { name: 'nfs-web-17' }).click();
  await expect(page.getByRole('button', { name: 'Delete (lab)' })).toBeDisabled();
  await expectSound(page, 'Policies, old');
  await goTo(page, 'Associations');
  await expect(banner(page)).toBeVisible();
  await expect(page.getByText(/^Not live; read/)).toBeVisible();
  await page.getByRole('rowheader', { name: 'IPsec SA' }).getByRole('link').click();
  await expect(page.getByRole('button', { name: 'Rekey (lab)' })).toBeDisabled();
});

test('when the cluster falls silent under the wizard the draft stays, and Create waits for the cluster', async ({
  page,
  context,
}) => {
  const bystander = await context.newPage();
  await bystander.goto('/mockServiceWorker.js');
  await openLab(page);
  await page.goto(`${pageUrls.Policies}/new`);
  await page.getByRole('button', { name: 'web-17 10.1.4.17' }).click();
  await nextTo(page, 'Cluster side');
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await nextTo(page, 'Authentication');
  await page.getByRole('button', { name: 'Generate key' }).click();
  await page.getByRole('checkbox', { name: /^I have stored it/ }).check();
  await nextTo(page, 'Identities');
  const letGo = await holdLab(bystander);
  await fallSilent(page, context);
  await expect(banner(page)).toBeVisible();

  await nextTo(page, 'Review');

  await expect(banner(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create policy (lab)' })).toBeDisabled();
  await letGo();
  await expect(banner(page)).toBeHidden();
  await page.getByRole('button', { name: 'Create policy (lab)' }).click();
  await expect(heading(page, 'Policy nfs-web-17 created')).toBeVisible();
});

/** The lab ends, and the page's clock stands where silence is believed. */
async function fallSilent(page: Page, context: BrowserContext): Promise<void> {
  await page.clock.install();
  await endLabWorker(context);
  await page.clock.fastForward(30_000);
}

const banner = (page: Page): Locator =>
  page.getByRole('main').getByText(/^lab does not answer\. Data is from \d\d:\d\d:\d\d\.$/);

/** The corners, in pixels, of the page's name and of the first part beneath its head. */
const placesOf = (page: Page): Promise<readonly (readonly number[])[]> =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    const name = main?.querySelector('.MuiTypography-pageName');
    const first = main?.querySelector('header')?.nextElementSibling ?? name;
    return [name, first].map((part) => {
      const { x, y } = part?.getBoundingClientRect() ?? new DOMRect();
      return [Math.round(x), Math.round(y)];
    });
  });
