/** Pre-shared keys: what happens when the ends hold different ones, and that no key is ever to be found again. */
import { expect, type Page, test } from '@playwright/test';
import { everythingStored } from './browser.ts';
import { createPolicy, rest, turnIpsecOn } from './rest.ts';
import {
  changeHostKey,
  configureHostLater,
  deletePolicy,
  encryptNfs,
  expectRow,
  expectStream,
  goTo,
  openLab,
  pageUrls,
} from './story.ts';

const first = 'the key that both ends had at first';
const second = 'another key, which the host does not know';

test('with another key on one side the negotiation fails, and the page says at which message, why, and what would be right', async ({
  page,
}) => {
  await openLab(page);
  await turnIpsecOn(page);
  await createPolicy(page, { secret_key: first });
  await configureHostLater(page, 'nfs-web-17', first);
  await expectStream(page, 'web-17', 'Encrypted');

  await deletePolicy(page, 'nfs-web-17');
  await createPolicy(page, { secret_key: second });

  await expectStream(page, 'web-17', 'Failed');
  await goTo(page, 'Associations');
  const failures = page.getByRole('listitem').filter({ hasText: 'The pre-shared keys differ' });
  await expect(failures.first()).toContainText(/does not fit the proof that (web-17|ONTAP) sent as 10\.1\./);
  await expect(failures.first()).toContainText('Enter the key of policy nfs-web-17 on web-17 again');
  await expect(failures.first()).toContainText(
    /Decided at the (cluster in IKE_AUTH request|host in IKE_AUTH (request|response)), answered AUTHENTICATION_FAILED/,
  );
  await expectRow(page, /web-17/, {
    Policy: 'nfs-web-17',
    State: 'Failed',
    SPI: /^—/,
    Suite: /^—/,
  });

  await changeHostKey(page, 'nfs-web-17', second);
  await expectStream(page, 'web-17', 'Encrypted');
});

test('a generated key is shown once and is nowhere to be found when its wizard has been left', async ({ page }) => {
  const urls: string[] = [];
  page.on('framenavigated', (frame) => urls.push(frame.url()));
  page.on('request', (request) => urls.push(request.url()));
  await openLab(page);

  const key = await encryptNfs(page);

  expect(key).toMatch(/^[A-Za-z0-9]{43}$/);
  const forms = [
    key,
    btoa(key),
    Buffer.from(key).toString('hex'),
    encodeURIComponent(key),
    [...key].reverse().join(''),
  ];
  const expectNoKey = (where: string, text: string) => {
    for (const form of forms) expect(text.includes(form), `the key in ${where}`).toBe(false);
  };
  expectNoKey('URLs', urls.join('\n'));
  expectNoKey('storage', await everythingStored(page));
  for (const path of ['policies?fields=**', 'security-associations?fields=**', '']) {
    const url = path === '' ? '/security/ipsec?fields=**' : `/security/ipsec/${path}`;
    expectNoKey(url, JSON.stringify(await rest(page, 'GET', url)));
  }
  for (const name of Object.keys(pageUrls) as (keyof typeof pageUrls)[]) {
    await goTo(page, name);
    expectNoKey(name, await shownText(page));
  }
  await page.goto('/c/lab/policies/new/authentication');
  expectNoKey('the wizard opened again', await shownText(page));
});

test('a draft that is left and taken up again has lost its key and nothing else', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('button', { name: 'web-17 10.1.4.17' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: /^Enter one/ }).check();
  await page.getByLabel('Key', { exact: true }).fill(first);

  await page.reload();

  await expect(page.getByText(/^Draft from .* Its key was not kept\.$/)).toBeVisible();
  await expect(page.getByLabel('Key', { exact: true })).toHaveValue('');
  expect(await everythingStored(page)).not.toContain(first);
  await page.getByRole('link', { name: 'What to protect' }).click();
  await expect(page.getByRole('textbox', { name: 'Host address' })).toHaveValue('10.1.4.17');
});

/** What stands on the page, and in its fields and attributes. */
const shownText = async (page: Page): Promise<string> => {
  const values = page.getByRole('textbox');
  const fields = await Promise.all((await values.all()).map((field) => field.inputValue()));
  return [await page.content(), ...fields].join('\n');
};
