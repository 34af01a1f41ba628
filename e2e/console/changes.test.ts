/** What becomes of traffic when a policy, a host's half, or IPsec itself is taken away. */
import { expect, type Page, test } from '@playwright/test';
import {
  deletePolicy,
  disableIpsec,
  encryptNfs,
  expectStream,
  goTo,
  openLab,
  openPolicy,
  removeHostConfiguration,
  streamOf,
} from './story.ts';

test('a deleted policy takes its SAs along, and a host that still protects never falls back to clear', async ({
  page,
}) => {
  await openLab(page);
  await encryptNfs(page);

  const policy = await openPolicy(page, 'nfs-web-17');
  await policy.getByRole('button', { name: 'Delete (lab)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete policy nfs-web-17?' });
  await expect(dialog).toContainText(/Cuts \d IPsec SAs? of web-17/);
  await expect(dialog).toContainText('that traffic stops until the configuration is removed there too');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toBeHidden();
  await deletePolicy(page, 'nfs-web-17');

  await expectStream(page, 'web-17', /Failed|Blocked/);
  const attention = page.getByRole('region', { name: /^Needs attention/ }).getByRole('listitem');
  await expect(attention.filter({ hasText: 'web-17' })).toContainText(/remove (it|the configuration) on /i);
  await expectNoSa(page);

  const neverClear = watchWords(page, 'web-17');
  await removeHostConfiguration(page, 'web-17');
  expect(await neverClear(), 'until its configuration was removed').not.toContain('In clear');
  await expectStream(page, 'web-17', 'In clear');
});

test('disabling IPsec names what it cuts, wants the name typed, and traffic follows', async ({ page }) => {
  await openLab(page);
  await encryptNfs(page);

  await goTo(page, 'IPsec settings');
  await page.getByRole('button', { name: 'Disable IPsec (lab)…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Disable IPsec on lab and cut \d SAs of 1 host\?$/ });
  await expect(dialog).toContainText(/web-17: \d IPsec SAs? of nfs-web-17 cut/);
  await dialog.getByRole('textbox', { name: 'Type lab to go on' }).fill('cluster1');
  await dialog.getByRole('button', { name: 'Disable IPsec (lab)' }).click();
  await expect(dialog).toContainText('This is not lab.');
  await dialog.getByRole('button', { name: 'Keep IPsec on' }).click();
  await disableIpsec(page);

  await expectNoSa(page);
  await expectStream(page, 'web-17', /Failed|Blocked/);
  await expect(streamOf(page, 'web-18')).toContainText('In clear');
  await removeHostConfiguration(page, 'web-17');
  await expectStream(page, 'web-17', 'In clear');
  await expect(page.getByText('None of 2 hosts is encrypted. 2 are in clear.')).toBeVisible();
});

async function expectNoSa(page: Page): Promise<void> {
  await goTo(page, 'Associations');
  await expect(page.getByRole('rowheader', { name: 'IPsec SA' })).toHaveCount(0);
  await goTo(page, 'Overview');
}

/** Every word that the health strip and the wires of a host have shown since, on whatever page stood there. */
function watchWords(page: Page, hostName: string): () => Promise<string> {
  const seen: Promise<string> = page.evaluate(
    (hostName) =>
      new Promise((resolve) => {
        const words = new Set<string>();
        const look = () => {
          for (const wire of document.querySelectorAll('[role="img"]')) {
            if (wire.textContent?.includes(hostName)) words.add(wire.getAttribute('aria-label') ?? wire.textContent);
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
        look();
        Object.assign(window, {
          wordsSeen() {
            observer.disconnect();
            resolve([...words].join('\n'));
          },
        });
      }),
    hostName,
  );
  return async () => {
    await page.evaluate('wordsSeen()');
    return seen;
  };
}
