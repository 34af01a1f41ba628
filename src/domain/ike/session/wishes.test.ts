/** A CHILD SA that somebody asked for comes, or its failure says why not: no wish is lost without a word. */
import { describe, expect, test } from 'vitest';
import { makePair } from '../testing/pair.ts';

describe('a child that the connection does not have', () => {
  test('asked for with the IKE SA: the failure names it, and the IKE SA stands', async () => {
    const pair = makePair();

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.host.failures).toMatchObject([
      { child: 'smb', by: 'local', scope: 'child', isInitiator: true, refusal: { code: 'noTemplate', child: 'smb' } },
    ]);
    expect(pair.host.ikeSas).toHaveLength(1);
    expect(pair.host.sad).toEqual([]);
  });

  test('asked for in an IKE SA that stands: likewise, and nothing goes over the wire', async () => {
    const pair = await makePair().establish();
    const said = pair.ladder().length;

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.host.failures).toMatchObject([{ child: 'smb', refusal: { code: 'noTemplate' } }]);
    expect(pair.ladder()).toHaveLength(said);
  });

  test('it takes no place in IKE_AUTH: what else is wanted rides along', async () => {
    const pair = makePair();

    await Promise.all([pair.host.initiate({ child: 'smb' }), pair.host.initiate()]);
    await pair.run();

    expect(pair.ladder()).toHaveLength(4);
    expect(pair.host.failures).toMatchObject([{ child: 'smb', refusal: { code: 'noTemplate' } }]);
    expect(pair.host.child.child).toBe('nfs');
  });

  test('a peer that makes no IKE SA without a CHILD SA is not asked in vain', async () => {
    const pair = makePair({ cluster: { more: { childless: 'never' } } });

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.ladder()).toHaveLength(2);
    expect(pair.host.failures).toMatchObject([{ child: 'smb', scope: 'ike', refusal: { code: 'noTemplate' } }]);
  });
});
