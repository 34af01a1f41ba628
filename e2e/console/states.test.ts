/** Empty, failed, stale, elsewhere: each brought about in the lab or the browser itself. */
import { expect, test } from '@playwright/test';
import { endLabWorker, holdLab } from './browser.ts';
import { encryptNfs, goTo, heading, openLab } from './story.ts';

test('an empty page says why it is empty, with the wire in clear and one way on', async ({ page }) => {
  await openLab(page);
  await goTo(page, 'Policies');
  await expect(page.getByRole('heading', { name: 'Nothing is protected yet' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('img', { name: /in clear/ })).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'New policy' })).toHaveCount(1);
  await goTo(page, 'Associations');
  await expect(page.getByRole('heading', { name: 'No SA: IPsec is off' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Turn IPsec on' })).toHaveCount(1);
});

test('when the lab falls silent, what was read stays, with its age and a way to try again; when it answers, all is live again', async ({
  page,
  context,
}) => {
  const bystander = await context.newPage();
  await bystander.goto('/mockServiceWorker.js');
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  await expect(page.getByRole('rowheader', { name: 'IPsec SA' }).first()).toBeVisible();

  const letGo = await holdLab(bystander);
  await endLabWorker(context);

  await expect(page.getByText(/^lab does not answer\. Data is from \d\d:\d\d:\d\d\.$/)).toBeVisible({
    timeout: 45_000,
  });
  await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'IPsec SA' }).first()).toBeVisible();
  await expect(page.getByText(/last answer \d+ s ago/)).toBeVisible({ timeout: 45_000 });

  await letGo();
  await expect(page.getByText(/^lab does not answer/)).toBeHidden();
  await expect(page.getByRole('rowheader', { name: 'IPsec SA' }).first()).toBeVisible();
});

test('while another tab holds the lab for itself, a second one says so and starts when the first has let go', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  await other.goto('/mockServiceWorker.js');
  const letGo = await holdLab(other);

  await page.goto('/');
  await expect(heading(page, 'The lab is open in another tab')).toBeVisible();

  await letGo();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(heading(page, 'Overview')).toBeVisible();
});

test('a page whose code cannot be fetched says so inside the shell, and is shown once it can', async ({
  page,
  context,
}) => {
  await openLab(page);
  await context.setOffline(true);

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Lab controls' }).click();
  await expect(page.getByRole('alert')).toContainText('Lab controls could not be shown');
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();

  await context.setOffline(false);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(heading(page, 'Lab controls')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a link to a cluster that is not here opens no other one in its place', async ({ page }) => {
  await page.goto('/c/cluster1/policies');
  await expect(heading(page, 'There is no cluster cluster1 here')).toBeVisible();
  await page.getByRole('link', { name: 'Open the lab' }).click();
  await expect(heading(page, 'Overview')).toBeVisible();
});
