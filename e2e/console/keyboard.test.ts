/** The whole story with the keyboard alone: Tab, arrows, Enter, Space, Ctrl+Enter. The pointer is never used, nor is a locator's click. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { heading, openLab, streamOf } from './story.ts';

test('the whole set-up, from clear to encrypted to deleted, passes by keyboard alone', async ({ page }) => {
  await openLab(page);
  await expect(heading(page, 'Overview')).toBeFocused();
  await press(page, page.getByRole('link', { name: 'Skip to content' }), 'Shift+Tab');
  await expect(page.getByRole('main')).toBeFocused();

  const setUp = page.getByRole('region', { name: /^Guided set-up/ });
  await press(page, setUp.getByRole('link', { name: 'Enable IPsec' }));
  await expect(heading(page, 'Enable IPsec')).toBeFocused();
  await press(page, page.getByRole('button', { name: 'Enable IPsec (lab)' }));
  await expect(heading(page, 'IPsec settings')).toBeFocused();
  await press(page, page.getByRole('link', { name: 'Overview' }), 'Shift+Tab');
  await expect(heading(page, 'Overview')).toBeFocused();
  await press(page, setUp.getByRole('link', { name: 'Create policy' }));

  await expect(heading(page, 'What to protect')).toBeFocused();
  const nfs = page.getByRole('radio', { name: /^NFS/ });
  await tabTo(page, nfs);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: /^SMB/ })).toBeChecked();
  await page.keyboard.press('ArrowLeft');
  await expect(nfs).toBeChecked();
  await tabTo(page, page.getByRole('textbox', { name: 'Host address' }));
  await page.keyboard.type('10.1.4.17');
  await page.keyboard.press('Control+Enter');
  await expect(heading(page, 'Cluster side')).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert')).toBeFocused();
  await tabTo(page, page.getByRole('radio', { name: /^nfs_lif1/ }));
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(heading(page, 'Authentication')).toBeFocused();
  await press(page, page.getByRole('button', { name: 'Generate key' }));
  await tabTo(page, page.getByRole('checkbox', { name: /^I have stored it/ }));
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(heading(page, 'Identities')).toBeFocused();
  await tabTo(page, page.getByRole('radio', { name: /^Leave them out/ }));
  await page.keyboard.press('Control+Enter');
  await expect(heading(page, 'Review')).toBeFocused();
  await tabTo(page, page.getByRole('radio', { name: /^Create disabled/ }));
  await page.keyboard.press('Control+Enter');

  await expect(heading(page, 'Policy nfs-web-17 created')).toBeFocused();
  await press(page, page.getByRole('button', { name: 'Configure web-17 and enable policy (lab)' }));
  await expect(page.getByRole('button', { name: 'Enter the key again' })).toBeVisible();
  await press(page, page.getByRole('link', { name: 'Watch it' }));
  await expect(heading(page, 'Associations')).toBeFocused();

  // A grid is one stop; arrows move in it, Enter opens the row, Esc comes back to it.
  const rowHead = page.getByRole('rowheader', { name: /web-17/ }).first();
  await expect(rowHead).toBeVisible();
  const rowLink = rowHead.getByRole('link');
  await tabInto(page, page.getByRole('treegrid'));
  await page.keyboard.press('Control+Home');
  await expect(rowHead.getByRole('button', { name: 'Fold' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(rowLink).toBeFocused();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('region', { name: /^IKE SA web-17/ });
  await expect(drawer).toBeVisible();
  await expect(rowLink).toBeVisible();
  await press(page, drawer.getByRole('button', { name: 'Close' }));
  await expect(drawer).toBeHidden();

  await press(page, page.getByRole('link', { name: 'Policies' }), 'Shift+Tab');
  await expect(heading(page, 'Policies')).toBeFocused();
  await tabInto(page, page.getByRole('grid'));
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Enter');
  const policy = page.getByRole('region', { name: 'Policy nfs-web-17' });
  await expect(policy).toBeVisible();
  await press(page, policy.getByRole('button', { name: 'Delete (lab)' }));
  const dialog = page.getByRole('dialog', { name: 'Delete policy nfs-web-17?' });
  await expect(dialog.getByRole('textbox', { name: 'Type nfs-web-17 to go on' })).toBeFocused();
  await page.keyboard.type('nfs-web-17');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No policy: all traffic flows in clear.')).toBeVisible();
  await press(page, page.getByRole('link', { name: 'Overview' }), 'Shift+Tab');
  await expect(streamOf(page, 'web-17')).toContainText(/Failed|Blocked/);
});

type Step = 'Tab' | 'Shift+Tab';

/** More than any page has stops. */
const patience = 80;

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement || element.contains(document.activeElement));

async function tabTo(page: Page, target: Locator, step: Step = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let count = 0; count < patience && !(await isFocused(target)); count++) await page.keyboard.press(step);
  await expect(target, 'reached by Tab').toBeFocused();
}

async function tabInto(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let count = 0; count < patience && !(await isFocused(target)); count++) await page.keyboard.press('Tab');
  expect(await isFocused(target), 'reached by Tab').toBe(true);
}

async function press(page: Page, target: Locator, step: Step = 'Tab'): Promise<void> {
  await tabTo(page, target, step);
  await page.keyboard.press('Enter');
}
