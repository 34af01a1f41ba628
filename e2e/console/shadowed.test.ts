/** Two policies for the same traffic: the cluster takes one, and the page says which of them never decides. */
import { expect, test } from '@playwright/test';
import { createPolicy, turnIpsecOn } from './rest.ts';
import { expectSound } from './sound.ts';
import { expectRow, openLab, openPolicy } from './story.ts';

test('of two equal policies the one that never decides is marked, by the name of the one that does, as long as that is enabled', async ({
  page,
}) => {
  await openLab(page);
  await turnIpsecOn(page);
  await createPolicy(page, { name: 'nfs-late' });
  await createPolicy(page, { name: 'nfs-early', action: 'discard', authentication_method: 'none' });
  await page.reload();

  const late = await openPolicy(page, 'nfs-late');
  await expect(late.getByRole('note')).toContainText('No packet meets this policy: nfs-early holds for all of them');
  await expectSound(page, 'a shadowed policy in the table and in its drawer');
  await late.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText('2 policies; 1 blocking traffic, 1 shadowed.')).toBeVisible();
  await expectRow(page, 'nfs-late', { State: 'Shadowed by nfs-early' });
  await expectRow(page, 'nfs-early', { State: 'Blocked' });

  const early = await openPolicy(page, 'nfs-early');
  await early.getByRole('button', { name: 'Disable' }).click();
  await early.getByRole('button', { name: 'Close' }).click();
  await expectRow(page, 'nfs-early', { State: 'Disabled' });
  await expectRow(page, 'nfs-late', { State: 'Blocked' });
});
