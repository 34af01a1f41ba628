/** One cluster behind every tab, and what was acknowledged outlives reloads, tabs and a worker killed in the middle of writing. */
import { expect, test } from '@playwright/test';
import { endLabWorker, leaveConsole, reloadHard } from './browser.ts';
import { aPolicyBody, policyNames, rest, turnIpsecOn } from './rest.ts';
import { cellOf, encryptNfs, expectRow, expectStream, goTo, heading, openLab, rowOf, streamOf } from './story.ts';

test('reload, hard reload and a new start keep the configuration, and SAs negotiate again like a rebooted node’s', async ({
  page,
}) => {
  await openLab(page);
  await encryptNfs(page);
  await goTo(page, 'Associations');
  const spi = await cellOf(page, rowOf(page, /web-17/), 'SPI');
  const before = (await spi.textContent()) ?? '';

  await page.reload();
  await expect(heading(page, 'Associations')).toBeVisible();
  await expectRow(page, /web-17/, { State: 'Encrypted' });

  await reloadHard(page);
  await expect(heading(page, 'Associations')).toBeVisible();
  await expectRow(page, /web-17/, { State: 'Encrypted' });

  await leaveConsole(page);
  await page.goto('/c/lab/associations');
  await expectRow(page, /web-17/, { State: 'Encrypted', Policy: 'nfs-web-17' });
  await expect(spi, 'the SPI of a new negotiation').not.toHaveText(before);
  await goTo(page, 'Policies');
  await expectRow(page, 'nfs-web-17', { Remote: '10.1.4.17/32', State: 'Encrypted' });
});

test('two tabs show one cluster: what is changed in one appears in the other', async ({ page, context }) => {
  await openLab(page);
  const other = await context.newPage();
  await openLab(other);

  await encryptNfs(page);

  await expect(streamOf(other, 'web-17')).toContainText('Encrypted');
  await expect(other.getByRole('region', { name: 'Health' })).toContainText('IPsec on');
  await goTo(other, 'Policies');
  await expectRow(other, 'nfs-web-17', { State: 'Encrypted' });
  await page.close();
  await goTo(other, 'Overview');
  await expect(streamOf(other, 'web-17')).toContainText('Encrypted');
});

test('a worker that is killed while it writes has lost nothing that it acknowledged', async ({ page, context }) => {
  await openLab(page);
  await turnIpsecOn(page);
  const acknowledged: string[] = [];
  let place = 0;
  const write = async () => {
    const name = `policy-${place++}`;
    const body = { ...aPolicyBody, name, remote_endpoint: { address: `10.9.0.${place}`, netmask: '32', port: '0' } };
    const answer = await rest(page, 'POST', '/security/ipsec/policies', body).catch(() => undefined); // the worker is gone
    if (answer?.status === 201) acknowledged.push(name);
  };

  for (let kill = 0; kill < 3; kill++) {
    const enough = acknowledged.length + 3;
    const writers = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 12; count++) await write();
    });
    await expect.poll(() => acknowledged.length).toBeGreaterThanOrEqual(enough);
    await endLabWorker(context);
    await Promise.all(writers);
  }

  expect(await policyNames(page)).toEqual(expect.arrayContaining(acknowledged));
  await leaveConsole(page);
  await openLab(page);
  expect(await policyNames(page), 'after a new start').toEqual(expect.arrayContaining(acknowledged));
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('IPsec on');
});

test('after its worker was killed the page goes on by itself', async ({ page, context }) => {
  await openLab(page);
  await encryptNfs(page);

  await endLabWorker(context);

  await expectStream(page, 'web-17', 'Encrypted');
  await goTo(page, 'Associations');
  await expectRow(page, 'IPsec SA', { State: 'Encrypted' });
});
