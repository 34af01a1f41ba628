import { expect, test } from 'vitest';
import { emptyDraft } from './policy-draft.ts';
import { isPrefilled, startingDraft } from './starting-draft.ts';

const facts = {
  policies: [
    {
      uuid: 'p1',
      name: 'nfs',
      svm: { uuid: 's', name: 'vs1' },
      local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049-2049' },
      remote_endpoint: { address: '10.1.4.0', netmask: '24', port: '0-0' },
      protocol: 'tcp',
      enabled: true,
    },
  ],
  hosts: [{ id: 'h1', name: 'web-17', addresses: ['10.1.4.17'] }],
  lifs: [{ uuid: 'l1', name: 'nfs_lif1', ip: { address: '10.1.0.20' }, svm: { uuid: 's', name: 'vs1' } }],
};
const start = (query: string) => startingDraft(undefined, new URLSearchParams(query), facts);

test('nothing named: an untouched form', () => {
  expect(start('')).toEqual(emptyDraft);
});

test('a link may name the intent, the host and the LIF', () => {
  expect(start('intent=smb&remote=10.1.4.17&lif=nfs_lif1')).toMatchObject({
    intent: 'smb',
    name: 'smb-web-17',
    localPort: '445',
    remote: '10.1.4.17',
    lif: 'l1',
    svm: 'vs1',
    local: '10.1.0.20',
  });
});

test('a policy made again takes a free name, and a link to none that exists changes nothing', () => {
  expect(start('from=p1')).toMatchObject({ name: 'nfs-2', clients: 'subnet', remote: '10.1.4.0/24', key: '' });
  expect(start('from=gone')).toMatchObject({ remote: '', lif: '' });
});

test('a draft of this tab is kept unless a link says what to make', () => {
  const kept = { ...emptyDraft, name: 'kept' };
  expect(startingDraft(kept, new URLSearchParams(), facts)).toBe(kept);
  expect(isPrefilled(new URLSearchParams('remote=10.1.4.17'))).toBe(true);
  expect(isPrefilled(new URLSearchParams('step=2'))).toBe(false);
});
