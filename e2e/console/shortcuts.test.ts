/** Single keys: to the pages, from part to part of the window, on the open or focused row; listed by `?`, and switched off by Display. */
import { expect, type Page, test } from '@playwright/test';
import { createPolicy, turnIpsecOn } from './rest.ts';
import { expectSound } from './sound.ts';
import { encryptNfs, goTo, heading, openLab, rowOf } from './story.ts';

test('g and a letter goes to each page, ? lists what the keys do here', async ({ page }) => {
  await openLab(page);
  for (const [letter, name] of [
    ['s', 'IPsec settings'],
    ['p', 'Policies'],
    ['a', 'Associations'],
    ['b', 'Lab controls'],
    ['o', 'Overview'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(heading(page, name)).toBeFocused();
  }
  await goTo(page, 'Policies');
  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(list.getByRole('region', { name: 'Here' })).toContainText(/^Here\s*nNew policy/);
  await expectSound(page, 'the list of shortcuts');
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await page.keyboard.press('n');
  await expect(heading(page, 'What to protect')).toBeVisible();
});

test('single keys can be switched off, and stay off', async ({ page }) => {
  await openLab(page);
  await page.getByRole('button', { name: 'Display' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Single-key shortcuts' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(heading(page, 'Overview')).toBeVisible();

  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.keyboard.press('?');

  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(heading(page, 'Overview')).toBeVisible();
});

test('F6 goes round the parts of the window, the drawer too; ] closes it and gives the focus back', async ({
  page,
}) => {
  await openLab(page);
  await createPolicy(page);
  await goTo(page, 'Policies');
  const name = page.getByRole('link', { name: 'nfs-web-17' });
  await name.focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('region', { name: 'Policy nfs-web-17' });
  await expect(drawer.getByRole('heading', { name: 'nfs-web-17' }).first()).toBeFocused();

  for (const part of ['banner', 'region', 'navigation', 'main'] as const) {
    await page.keyboard.press('F6');
    await expect.poll(() => focusedPart(page)).toBe(part);
  }
  await page.keyboard.press('Shift+F6');
  await expect.poll(() => focusedPart(page)).toBe('navigation');
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  await expect(drawer.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press(']');
  await expect(drawer).toBeHidden();
  await expect(name).toBeFocused();
});

test('while a drawer is open the arrows in the table change what it shows, and the focus stays in the table', async ({
  page,
}) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  const ike = rowOf(page, /web-17/).getByRole('link');
  const ipsec = rowOf(page, 'IPsec SA').getByRole('link');
  await ike.click();
  await expect(page.getByRole('region', { name: /^IKE SA web-17/ })).toBeVisible();
  await ike.focus();

  await page.keyboard.press('ArrowDown');

  await expect(page.getByRole('region', { name: /^IPsec SA [0-9a-f]{8}/ })).toBeVisible();
  await expect(ipsec).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: /^I(KE|Psec) SA/ })).toHaveCount(0);
  await expect(ipsec, 'not taken from where it is').toBeFocused();
});

test('d asks before it deletes the focused policy; kept, the focus is where it was, deleted, it stays on the page', async ({
  page,
}) => {
  await openLab(page);
  await createPolicy(page);
  await createPolicy(page, { name: 'nfs-web-18', remote_endpoint: { address: '10.1.4.18', netmask: '32', port: '0' } });
  await goTo(page, 'Policies');
  const first = page.getByRole('link', { name: 'nfs-web-17' });
  await first.focus();

  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog', { name: 'Delete policy nfs-web-17?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(first).toBeFocused();

  await page.keyboard.press('d');
  await dialog.getByRole('button', { name: 'Delete policy (lab)' }).click();
  await expect(first).toHaveCount(0);
  await expect(page.getByRole('grid')).toContainText('nfs-web-18');
  await expect(page.getByRole('link', { name: 'nfs-web-18' }), 'the next row').toBeFocused();

  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Delete (lab)' }).click();
  await page
    .getByRole('dialog', { name: 'Delete policy nfs-web-18?' })
    .getByRole('button', { name: 'Delete policy (lab)' })
    .click();
  await expect(heading(page, 'Policies'), 'the last row is gone').toBeFocused();
});

test('beside an open drawer the table shows what fits, and scrolls nowhere', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  for (const width of [1440, 1280, 1200]) {
    await page.setViewportSize({ width, height: 900 });
    await rowOf(page, /web-17/)
      .getByRole('link')
      .click();
    await expect(page.getByRole('region', { name: /^IKE SA web-17/ })).toBeVisible();
    const grid = page.getByRole('treegrid');
    await expect(grid.getByRole('columnheader', { name: 'State' })).toBeVisible();
    await expect
      .poll(() => grid.evaluate((table) => table.scrollWidth - table.clientWidth), `pixels to scroll at ${width} px`)
      .toBe(0);
    await page.keyboard.press(']');
    await expect(grid.getByRole('columnheader', { name: 'Suite' })).toBeVisible();
  }
});

test('what takes the focus after a refused step stands below the head', async ({ page }) => {
  await openLab(page);
  await turnIpsecOn(page);
  await page.goto('/c/lab/policies/new');
  await page.setViewportSize({ width: 1280, height: 600 });
  await page.getByRole('button', { name: 'Next' }).click();

  await expect(page.getByRole('alert')).toBeFocused();
  const box = await page.getByRole('alert').boundingBox();
  expect(box?.y, 'the summary’s upper edge').toBeGreaterThanOrEqual(108);
});

/** The innermost part of the window that has the focus, by its role. */
const focusedPart = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const part = document.activeElement?.closest('header, nav, section, main');
    const roles: Readonly<Record<string, string>> = {
      HEADER: 'banner',
      NAV: 'navigation',
      SECTION: 'region',
      MAIN: 'main',
    };
    return roles[part?.tagName ?? ''];
  });
