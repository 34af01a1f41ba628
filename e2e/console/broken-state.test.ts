/** A stored state that cannot be read: the page says what is broken, gives what can be read, and starts afresh when told to. */
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { deleteDatabase, leaveConsole, storeDocument, storedDocuments } from './browser.ts';
import { createPolicy } from './rest.ts';
import { heading, openLab } from './story.ts';

const key = 'a key of eighteen characters and more';

const damages: readonly {
  readonly name: string;
  readonly says: RegExp;
  readonly damage: (page: Page, id: string, text: string) => Promise<void>;
}[] = [
  {
    name: 'is no JSON',
    says: /^The lab's stored document policy:\S+ cannot be read: it is no document of this lab\.$/,
    damage: (page, id, text) => storeDocument(page, id, text.slice(0, 40)),
  },
  {
    name: 'has another version',
    says: /was written by another version of Overwire: it has version 7, this lab reads 1\.$/,
    damage: (page, id, text) => storeDocument(page, id, text.replace('"version":1', '"version":7')),
  },
  {
    name: 'does not fit its schema',
    says: /^The lab's stored document policy:\S+ does not hold what it must: action/,
    damage: (page, id, text) => storeDocument(page, id, text.replace('"esp_transport"', '"esp_teleport"')),
  },
  {
    name: 'has a seal that was tampered with',
    says: /holds a secret that cannot be unsealed: preSharedKey does not open with this lab's key\.$/,
    damage: (page, id, text) => storeDocument(page, id, text.replace(/"preSharedKey":"..../, '"preSharedKey":"AAAA')),
  },
  {
    name: 'has lost the browser’s sealing key',
    says: /holds a secret that cannot be unsealed/,
    damage: (page) => deleteDatabase(page, 'overwire-lab-keys'),
  },
];

for (const { name, says, damage } of damages) {
  test(`a stored policy that ${name} is named, exported without its key, and left alone until one starts afresh`, async ({
    page,
  }) => {
    await openLab(page);
    await createPolicy(page);
    await leaveConsole(page);
    const [[id = '', text = ''] = []] = Object.entries(await storedDocuments(page));
    await damage(page, id, text);
    const damaged = await storedDocuments(page);

    await page.goto('/c/lab/policies');
    await expect(heading(page, "The lab's stored state cannot be read")).toBeVisible();
    await expect(page.getByText(says)).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export (lab)' }).click(),
    ]);
    const exported = await readFile(await download.path(), 'utf8');
    expect(Object.keys(JSON.parse(exported))).toEqual([id]);
    expect(exported).not.toContain(key);
    expect(await storedDocuments(page), 'nothing is touched before one says so').toEqual(damaged);

    await page.getByRole('button', { name: 'Start afresh (lab)' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start afresh (lab)' }).click();
    await expect(page.getByText('No policy: all traffic flows in clear.')).toBeVisible();
    await page.reload();
    await expect(page.getByText('No policy: all traffic flows in clear.')).toBeVisible();
    await createPolicy(page);
  });
}
