/**
 * What an administrator does, as verbs: by role and visible name alone, from wherever the page stands. A fresh browser context is a
 * fresh lab, since the lab's store is the context's own.
 */
import { expect, type Locator, type Page } from '@playwright/test';

export type PageName = 'Overview' | 'IPsec settings' | 'Policies' | 'Associations' | 'Lab controls';

/** Where the console's pages stand. */
export const pageUrls: Readonly<Record<PageName, string>> = {
  Overview: '/c/lab',
  'IPsec settings': '/c/lab/settings',
  Policies: '/c/lab/policies',
  Associations: '/c/lab/associations',
  'Lab controls': '/c/lab/controls',
};

/** The name of a page whose data have come. */
export const heading = (page: Page, name: string | RegExp): Locator =>
  page.locator('main:not(:has([aria-busy="true"]))').getByRole('heading', { level: 1, name, exact: true });

export async function openLab(page: Page): Promise<void> {
  await page.goto('/');
  await expect(heading(page, 'Overview')).toBeVisible();
}

export async function goTo(page: Page, name: PageName): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: new RegExp(`^${name}`) }) // a count may follow it
    .click();
  await expect(heading(page, name)).toBeVisible();
}

/** Through the checks before it, from the settings. */
export async function enableIpsec(page: Page): Promise<void> {
  await goTo(page, 'IPsec settings');
  await page.getByRole('link', { name: 'Check and enable IPsec' }).click();
  await expect(heading(page, 'Enable IPsec')).toBeVisible();
  await page.getByRole('button', { name: 'Enable IPsec (lab)' }).click();
  await expect(page.getByText(/^IPsec is on\./)).toBeVisible();
}

export async function disableIpsec(page: Page): Promise<void> {
  await goTo(page, 'IPsec settings');
  await page.getByRole('button', { name: 'Disable IPsec (lab)…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Type lab to go on' }).fill('lab');
  await dialog.getByRole('button', { name: 'Disable IPsec (lab)' }).click();
  await expect(page.getByText('IPsec is off: all traffic passes in clear.')).toBeVisible();
}

export async function openWizard(page: Page): Promise<void> {
  await goTo(page, 'Policies');
  await page.getByRole('main').getByRole('link', { name: 'New policy' }).click();
  await expect(heading(page, 'What to protect')).toBeVisible();
}

/** Leaves the wizard's step for the one of that title. */
export async function nextTo(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(heading(page, title)).toBeVisible();
}

/** NFS from web-17 to nfs_lif1 with a generated key, up to the page that offers to configure the host. Gives the key. */
export async function writeNfsPolicy(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'web-17 10.1.4.17' }).click();
  await nextTo(page, 'Cluster side');
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await nextTo(page, 'Authentication');
  const key = await generateKey(page);
  await nextTo(page, 'Identities');
  await nextTo(page, 'Review');
  await page.getByRole('button', { name: 'Create policy (lab)' }).click();
  await expect(heading(page, 'Policy nfs-web-17 created')).toBeVisible();
  return key;
}

export async function generateKey(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Generate key' }).click();
  const key = (await page.getByText(/^[A-Za-z0-9]{43}$/).textContent()) ?? '';
  await page.getByRole('checkbox', { name: /^I have stored it/ }).check();
  return key;
}

/** The one step after Create: the host's half, and both in force. */
export async function configureHost(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Configure web-17 and enable policy (lab)' }).click();
  await expect(page.getByRole('heading', { name: 'web-17 has its half' })).toBeVisible();
}

/** From the first start to encrypted NFS of web-17. Gives the key. */
export async function encryptNfs(page: Page): Promise<string> {
  await enableIpsec(page);
  await openWizard(page);
  const key = await writeNfsPolicy(page);
  await configureHost(page);
  await expectStream(page, 'web-17', 'Encrypted');
  return key;
}

/** Later, from the policy's drawer, with the key entered again. */
export async function configureHostLater(page: Page, policyName: string, key: string): Promise<void> {
  await enterKey(page, await openPolicy(page, policyName), key);
}

/** The host has a half already, with another key. */
export async function changeHostKey(page: Page, policyName: string, key: string): Promise<void> {
  const policy = await openPolicy(page, policyName);
  await policy.getByRole('button', { name: 'Enter the key again' }).click();
  await enterKey(page, policy, key);
}

async function enterKey(page: Page, policy: Locator, key: string): Promise<void> {
  await policy.getByLabel('Key of the policy', { exact: true }).fill(key);
  await policy.getByRole('button', { name: /^Configure web-17/ }).click();
  await expect(policy.getByRole('button', { name: 'Enter the key again' })).toBeVisible();
  await expect(page.getByText('web-17 configured.').first()).toBeVisible();
}

export async function removeHostConfiguration(page: Page, hostName: string): Promise<void> {
  await goTo(page, 'Lab controls');
  const host = page.getByRole('region', { name: 'Hosts' }).getByRole('listitem').filter({ hasText: hostName });
  await host.getByRole('button', { name: 'Remove configuration (lab)' }).click();
  await expect(host.getByText('No IPsec configuration: it sends in clear.')).toBeVisible();
}

/** Opens a policy's drawer. */
export async function openPolicy(page: Page, policyName: string): Promise<Locator> {
  await goTo(page, 'Policies');
  await page.getByRole('link', { name: policyName, exact: true }).click();
  return page.getByRole('region', { name: `Policy ${policyName}` });
}

export async function deletePolicy(page: Page, policyName: string): Promise<void> {
  const policy = await openPolicy(page, policyName);
  await policy.getByRole('button', { name: 'Delete (lab)' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete policy ${policyName}?` });
  await dialog.getByRole('textbox', { name: `Type ${policyName} to go on` }).fill(policyName);
  await dialog.getByRole('button', { name: 'Delete policy (lab)' }).click();
  await expect(page.getByText('No policy: all traffic flows in clear.')).toBeVisible();
}

/** The wire pictures of a host's NFS traffic on the Overview. */
export const streamOf = (page: Page, hostName: string): Locator =>
  page.getByRole('region', { name: 'Traffic' }).getByRole('img').filter({ hasText: hostName });

export async function expectStream(page: Page, hostName: string, word: string | RegExp): Promise<void> {
  await goTo(page, 'Overview');
  await expect(streamOf(page, hostName)).toContainText(word);
}

/** The first row of a table with that text in its first cell: two ends that negotiate at once make two rows of one host. */
export const rowOf = (page: Page, name: string | RegExp): Locator =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) })
    .first();

/** A cell of a row by the header of its column. */
export async function cellOf(page: Page, row: Locator, column: string): Promise<Locator> {
  const headers = page.getByRole('columnheader');
  await expect(headers.filter({ hasText: column }).first()).toBeVisible();
  const place = (await headers.allInnerTexts()).findIndex((text) => text.trim() === column);
  expect(place, `a column ${column}`).toBeGreaterThanOrEqual(0);
  return row.getByRole('rowheader').or(row.getByRole('gridcell')).nth(place);
}

export async function expectRow(
  page: Page,
  name: string | RegExp,
  cells: Readonly<Record<string, string | RegExp>>,
): Promise<void> {
  const row = rowOf(page, name);
  await expect(row).toBeVisible();
  for (const [column, text] of Object.entries(cells)) {
    await expect(await cellOf(page, row, column), `${column} of ${name}`).toHaveText(text);
  }
}
