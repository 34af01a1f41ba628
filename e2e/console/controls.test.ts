/** The lab's own controls: faults of the wire, its clock, rekeying, and the two ways back. */
import { expect, test } from '@playwright/test';
import { policyNames, rest } from './rest.ts';
import { cellOf, encryptNfs, expectStream, goTo, openLab, rowOf, streamOf } from './story.ts';

test('over a wire that loses a fifth of everything the negotiation still succeeds', async ({ page }) => {
  await openLab(page);
  await goTo(page, 'Lab controls');
  await page.getByRole('textbox', { name: 'Loss, %' }).fill('20');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/a wire with faults/)).toBeVisible();

  await encryptNfs(page);

  await expectStream(page, 'web-17', 'Encrypted');
  await goTo(page, 'Lab controls');
  await expect(page.getByRole('textbox', { name: 'Loss, %' })).toHaveValue('20');
  await page.getByRole('button', { name: 'Clear faults' }).click();
  await expect(page.getByText(/a wire without faults/)).toBeVisible();
});

test('a rekeyed IPsec SA has other SPIs, and no packet is dropped on the way', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  const sa = rowOf(page, 'IPsec SA');
  const spis = await cellOf(page, sa, 'SPI');
  const before = (await spis.textContent()) ?? '';
  await goTo(page, 'Lab controls');
  const counters = page.getByRole('listitem').filter({ hasText: 'NFS of web-17' });
  const droppedBefore = droppedIn((await counters.textContent()) ?? '');
  await goTo(page, 'Associations');

  await sa.getByRole('link').click();
  await page.getByRole('button', { name: 'Rekey (lab)' }).click();

  await expect(page.getByText(before, { exact: true })).toHaveCount(0);
  await expect(spis).toHaveText(/^[0-9a-f]{8}\/[0-9a-f]{8}$/);
  expect(await spis.textContent()).not.toBe(before);
  await sa.getByRole('link').click();
  const lineage = page.getByRole('region', { name: 'Lineage' });
  await expect(lineage).toContainText('2 IPsec SAs, one after the other');
  await expect(lineage.getByRole('listitem').first()).toContainText(before.split('/')[0] ?? '');
  await expect(page.getByRole('img', { name: /^Over \d+ s: in .+; out .+\.$/ })).toBeVisible();
  await expectStream(page, 'web-17', 'Encrypted');
  await goTo(page, 'Lab controls');
  await expect.poll(async () => droppedIn((await counters.textContent()) ?? '')).toBe(droppedBefore);
});

test('at ×60 the lab’s hours pass in minutes, and pausing stops them', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Lab controls');
  const clock = page.getByRole('region', { name: 'Clock' });
  const instant = clock.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const labMs = async () => Date.parse((await instant.textContent()) ?? '');

  await clock.getByRole('button', { name: '×60' }).click();
  await expect(page.getByRole('complementary', { name: 'Lab' })).toContainText('clock ×60');
  const startMs = await labMs();
  await expect.poll(async () => (await labMs()) - startMs).toBeGreaterThan(120_000);

  await clock.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/the clock is paused/)).toBeVisible();
  await clock.getByRole('button', { name: 'Run' }).click();
  await clock.getByRole('button', { name: '×1', exact: true }).click();
  await expectStream(page, 'web-17', 'Encrypted');
});

test('everything goes back in clear in one step', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Lab controls');

  await page.getByRole('button', { name: 'Put everything back in clear (lab)' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put everything back in clear (lab)' }).click();

  await expect(page.getByText('No IPsec configuration: it sends in clear.')).toHaveCount(2);
  await goTo(page, 'Overview');
  for (const hostName of ['web-17', 'web-18']) await expect(streamOf(page, hostName)).toContainText('In clear');
  expect(await policyNames(page)).toEqual([]);
});

test('reset, with the lab’s name typed, brings back the first start', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Lab controls');
  await page.getByRole('button', { name: 'Start SMB of web-18 at nfs_lif1' }).click();
  await expect(page.getByText(/3 of 4 streams running/)).toBeVisible();

  await page.getByRole('button', { name: 'Reset lab…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reset the lab?' });
  await dialog.getByRole('textbox', { name: 'Type lab to go on' }).fill('lab');
  await dialog.getByRole('button', { name: 'Reset lab' }).click();

  await expect(
    page.getByText('2 hosts, 2 of 4 streams running, a wire without faults; the clock runs ×1.'),
  ).toBeVisible();
  expect(await policyNames(page)).toEqual([]);
  expect(await rest(page, 'GET', '/security/ipsec')).toMatchObject({ body: { enabled: false } });
  await goTo(page, 'Overview');
  await expect(page.getByText('None of 2 hosts is encrypted. 2 are in clear.')).toBeVisible();
});

const droppedIn = (text: string): number => Number(/(\d+) dropped/.exec(text)?.[1] ?? 0);
