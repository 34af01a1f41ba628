/** Bad input is refused where it was typed, by a sentence at the field; by REST with ONTAP's code, message and target. Nothing changes. */
import { expect, type Page, test } from '@playwright/test';
import { aPolicyBody, createPolicy, policyNames, rest } from './rest.ts';
import { heading, nextTo, openLab, openWizard } from './story.ts';

const atTheIntent: readonly {
  readonly input: string;
  readonly field: string;
  readonly text: string;
  readonly says: string;
}[] = [
  {
    input: 'an address above 255',
    field: 'Host address',
    text: '10.1.4.300',
    says: '10.1.4.300 is not an IPv4 address: 300 is above 255. Each part goes from 0 to 255.',
  },
  {
    input: 'an address of three parts',
    field: 'Host address',
    text: '10.1.4',
    says: '10.1.4 is not an IPv4 address: it has 3 of 4 parts.',
  },
  {
    input: 'a host name',
    field: 'Host address',
    text: 'web-17.corp',
    says: 'web-17.corp is a name or a word; a policy takes addresses, for example 10.1.4.7 or 10.1.4.0/24.',
  },
  {
    input: 'half an IPv6 address',
    field: 'Host address',
    text: '2001:db8:::7',
    says: '2001:db8:::7 is not an IPv6 address.',
  },
  {
    input: 'a subnet of 33 bits',
    field: 'Host address',
    text: '10.1.4.0/33',
    says: '/33 is not an IPv4 subnet: the length goes from 0 to 32.',
  },
  {
    input: 'host bits in a subnet',
    field: 'Host address',
    text: '10.1.4.7/24',
    says: '10.1.4.7/24 names a host inside a subnet: say which of the two.',
  },
  { input: 'no address', field: 'Host address', text: '', says: 'Enter the host’s address.' },
  {
    input: 'a name beyond ASCII',
    field: 'Policy name',
    text: 'nfs-büro',
    says: 'A policy’s name takes ASCII characters only.',
  },
  {
    input: 'a name of 65 characters',
    field: 'Policy name',
    text: 'n'.repeat(65),
    says: 'A name has at most 64 characters; this one has 65.',
  },
];

test('an address, subnet or name that cannot be is refused at its field, in a sentence that says what is wrong', async ({
  page,
}) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  for (const { input, field, text, says } of atTheIntent) {
    await test.step(input, async () => {
      await page.getByRole('textbox', { name: 'Host address' }).fill('10.1.4.17');
      await page.getByRole('textbox', { name: 'Policy name' }).fill('nfs');
      await page.getByRole('textbox', { name: field }).fill(text);

      await page.getByRole('button', { name: 'Next' }).click();

      await expectRefusedAt(page, field, says);
      await expect(heading(page, 'What to protect')).toBeVisible();
    });
  }
});

test('a port that is none is refused at the port, and a service’s name is taken for its number', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('radio', { name: /^Custom/ }).check();
  await page.getByRole('textbox', { name: 'Host address' }).fill('10.1.4.17');
  const port = page.getByRole('textbox', { name: /^Local port/ });
  for (const [text, says] of [
    ['70000', '70000 is not a port: ports go from 1 to 65535.'],
    ['2049-2051', 'A policy holds one port; 2049-2051 names several.'],
    ['mounting', 'mounting is not a port: a number from 1 to 65535, or a name such as nfs.'],
  ] as const) {
    await port.fill(text);
    await page.getByRole('button', { name: 'Next' }).click();
    await expectRefusedAt(page, /^Local port/, says);
  }

  await port.fill('nfs');
  await nextTo(page, 'Cluster side');
});

test('all clients without a port are refused, with the port that NFS uses', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('radio', { name: /^All traffic/ }).check();
  await page.getByRole('radio', { name: /^All clients/ }).check();

  await page.getByRole('button', { name: 'Next' }).click();

  const says = 'All clients needs a port, else every packet of the LIF would match. NFS uses 2049.';
  await expect(page.getByRole('group', { name: 'Clients' }).getByText(says)).toBeVisible();
  await expect(page.getByRole('alert')).toBeFocused();
});

test('IPv4 and IPv6 in one policy are refused at the LIF', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('textbox', { name: 'Host address' }).fill('10.1.4.17');
  await nextTo(page, 'Cluster side');
  await page.getByRole('radio', { name: /^nfs_lif2/ }).check();

  await page.getByRole('button', { name: 'Next' }).click();

  const says = '2001:db8:1::20 is IPv6 and 10.1.4.17 is IPv4; a policy holds one family.';
  await expect(page.getByRole('group', { name: 'LIF' }).getByText(says)).toBeVisible();
});

test('keys that ONTAP would refuse are refused at the key, and a weak one wants a tick', async ({ page }) => {
  await openLab(page);
  await page.goto('/c/lab/policies/new');
  await page.getByRole('textbox', { name: 'Host address' }).fill('10.1.4.17');
  await nextTo(page, 'Cluster side');
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await nextTo(page, 'Authentication');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('alert')).toContainText('Generate a key first.');
  await page.getByRole('radio', { name: /^Enter one/ }).check();

  const key = page.getByLabel('Key', { exact: true });
  const again = page.getByLabel('Key again', { exact: true });
  const strong = 'Wq7-vTz2Lm9-Rk4pYx8Jd6Hn';
  for (const [typed, repeated, at, says] of [
    ['short', 'short', 'Key', 'A key has at least 18 characters; this one has 5.'],
    ['ein Schlüssel für das Büro', '', 'Key', 'A key takes ASCII characters only; this one holds “ü”.'],
    ['k'.repeat(129), '', 'Key', 'A key has at most 128 characters; this one has 129.'],
    [
      '0xnot hexadecimal digits',
      '',
      'Key',
      '0x announces pairs of hexadecimal digits (0 to 9, a to f); this key holds something else after it.',
    ],
    [
      '0sthis is not Base64 !!',
      '',
      'Key',
      '0s announces Base64 (letters, digits, + and /, filled with = to a multiple of four); this key is not that.',
    ],
    [strong, `${strong}x`, 'Key again', 'The two entries differ. Type the key again in both fields.'],
  ] as const) {
    await key.fill(typed);
    await again.fill(repeated);
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByLabel(at, { exact: true })).toHaveAccessibleDescription(new RegExp(escaped(says)));
    await expect(heading(page, 'Authentication')).toBeVisible();
  }

  await key.fill('aaaaaaaaaaaaaaaaaaaaaaaa');
  await again.fill('aaaaaaaaaaaaaaaaaaaaaaaa');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('alert')).toContainText('Tick that you have read the warning, or use a generated key.');
  await page.getByRole('checkbox', { name: /^Use this key all the same/ }).check();
  await nextTo(page, 'Identities');
  expect(await policyNames(page)).toEqual([]);
});

test('a name that the SVM has already is refused by the cluster and told at the name, with one that is free', async ({
  page,
}) => {
  await openLab(page);
  await createPolicy(page, { name: 'nfs' });
  await openWizard(page);
  await page.getByRole('textbox', { name: 'Host address' }).fill('10.1.4.18');
  await page.getByRole('textbox', { name: 'Policy name' }).fill('nfs');
  await nextTo(page, 'Cluster side');
  await page.getByRole('radio', { name: /^nfs_lif1/ }).check();
  await nextTo(page, 'Authentication');
  await page.getByRole('radio', { name: /^Enter one/ }).check();
  await page.getByLabel('Key', { exact: true }).fill('Wq7-vTz2Lm9-Rk4pYx8Jd6Hn');
  await page.getByLabel('Key again', { exact: true }).fill('Wq7-vTz2Lm9-Rk4pYx8Jd6Hn');
  await nextTo(page, 'Identities');
  await nextTo(page, 'Review');

  await page.getByRole('button', { name: 'Create policy (lab)' }).click();

  await expect(heading(page, 'What to protect')).toBeVisible();
  await expectRefusedAt(page, 'Policy name', 'vs1 has a policy nfs already. nfs-2 is free.');
  await expect(page.getByRole('alert')).toContainText('code 66257104, target name');
  expect(await policyNames(page)).toEqual(['nfs']);
});

test('REST refuses each with ONTAP’s code, message and target, and nothing changes', async ({ page }) => {
  await openLab(page);
  await createPolicy(page, { name: 'before' });
  const { local_endpoint: local, remote_endpoint: remote } = aPolicyBody;
  const table: readonly (readonly [string, object, number, string, string, string])[] = [
    [
      'malformed address',
      { remote_endpoint: { ...remote, address: '10.1.4.300' } },
      400,
      '262197',
      'The value "10.1.4.300" is invalid for field "remote_endpoint.address" (<IP Address>)',
      'remote_endpoint.address',
    ],
    [
      'malformed subnet',
      { remote_endpoint: { ...remote, netmask: '33' } },
      400,
      '262197',
      'The value "33" is invalid for field "remote_endpoint.netmask"',
      'remote_endpoint.netmask',
    ],
    [
      'port outside',
      { local_endpoint: { ...local, port: '70000' } },
      400,
      '66257132',
      'port outside 0-65535',
      'local_endpoint.port',
    ],
    [
      'two ports',
      { local_endpoint: { ...local, port: '2049,111' } },
      400,
      '66257100',
      'Only one local port can be specified.',
      'local_endpoint.port',
    ],
    ['short key', { secret_key: 'short' }, 400, '66257200', 'shared key: ASCII range, length', 'secret_key'],
    [
      'key beyond ASCII',
      { secret_key: 'ein Schlüssel für das Büro' },
      400,
      '66257200',
      'shared key: ASCII range, length',
      'secret_key',
    ],
    ['bad 0x', { secret_key: '0xnot hexadecimal digits' }, 400, '66257107', 'PSK is not valid hex', 'secret_key'],
    ['bad 0s', { secret_key: '0sthis is not Base64 !!' }, 400, '66257109', 'PSK is not valid Base64', 'secret_key'],
    ['no key', { secret_key: undefined }, 400, '66257133', 'psk needs secret_key', 'secret_key'],
    ['long name', { name: 'n'.repeat(65) }, 400, '66257148', 'policy name: ASCII range, length', 'name'],
    ['name beyond ASCII', { name: 'nfs-büro' }, 400, '66257148', 'policy name: ASCII range, length', 'name'],
    ['duplicate name', { name: 'before' }, 409, '66257104', 'a policy of that name exists in the SVM', 'name'],
    [
      'wildcard without a port',
      { local_endpoint: { ...local, port: '0' }, remote_endpoint: { address: '0.0.0.0', netmask: '0', port: '0' } },
      400,
      '66257129',
      'remote ANY (0.0.0.0/0, ::/0) needs a specific local or remote port',
      'remote_endpoint.address',
    ],
    [
      'IPv4 and IPv6',
      { remote_endpoint: { address: '2001:db8:4::17', netmask: '128' } },
      400,
      '262186',
      'field invalid together with another field',
      'remote_endpoint.address',
    ],
    ['unknown SVM', { svm: { name: 'vs9' } }, 400, '66257202', 'SVM name invalid', 'svm.name'],
    ['unknown field', { colour: 'green' }, 400, '262179', 'Unexpected argument "colour".', 'colour'],
  ];
  const listed = await rest(page, 'GET', '/security/ipsec/policies?fields=**');

  for (const [input, change, status, code, message, target] of table) {
    const answer = await rest(page, 'POST', '/security/ipsec/policies', { ...aPolicyBody, ...change });
    expect.soft(answer, input).toMatchObject({ status, body: { error: { code, target } } });
    expect.soft(answer.body.error?.message, input).toContain(message);
  }

  expect(await rest(page, 'GET', '/security/ipsec/policies?fields=**')).toEqual(listed);
});

/** At the field, in the summary that has the focus, and in the tab's title. */
async function expectRefusedAt(page: Page, field: string | RegExp, says: string): Promise<void> {
  const input = page.getByRole('textbox', { name: field });
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(input).toHaveAccessibleDescription(new RegExp(escaped(says)));
  await expect(page.getByRole('alert')).toContainText(says);
  await expect(page).toHaveTitle(/Error: /);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
