/** Every vector of vectors/, by both cryptography providers. What is skipped gives its reason. */
import { describe, expect, test } from 'vitest';
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { entriesOf } from './entries.ts';
import { vectorFilesOf } from './files.ts';
import type { VectorFile } from './format.ts';
import { chooseFormats, formats } from './formats.ts';

const files = await vectorFilesOf('vectors');

describe.each([nodeProvider, webProvider])('$name', (provider) => {
  for (const { path, name, content = {} } of files) {
    const chosen = chooseFormats(name, content, { provider });
    describe(path, () => {
      if ('skip' in chosen) return void test.skip(chosen.skip);
      for (const each of chosen.cases) {
        if ('skip' in each) test.skip(`${each.name}: ${each.skip}`);
        else test(each.name, async () => void (await each.check()));
      }
    });
  }
});

test('every format that we run has its file', () => {
  const names = new Set(files.map(({ name }) => name));
  expect(formats.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

describe('a file finds its format', () => {
  const run = [...new Set(formats.map((format) => format.name))];
  const formatOf = (name: string, like: string) => {
    const chosen = chooseFormats(name, contentOf(like), { provider: nodeProvider });
    return 'formats' in chosen ? [...new Set(chosen.formats.map((format) => format.name))] : chosen.skip;
  };

  test.each(run)('%s by its name with a trailing -2 or -b', (name) => {
    expect(formatOf(`${name}-2`, name)).toEqual([name]);
    expect(formatOf(`${name}-b`, name)).toEqual([name]);
  });

  test.each(run)('%s by its keys, whatever it is called', (name) => {
    expect(formatOf('anything', name)).toEqual([name]);
  });

  test('what nobody knows is skipped by name and counted', () => {
    const strange = { vectors: [{ id: 'x', colour: 'blue' }] };
    expect(chooseFormats('anything', strange, { provider: nodeProvider })).toEqual({
      skip: 'unknown format',
      count: 1,
    });
  });
});

describe('a file of other people', () => {
  const entries = formats.flatMap(({ name }) => entriesOf(contentOf(name)));

  test('may hold cases of every format, in any order', async () => {
    const mixed = entries.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    const { passed, skipped } = await runAll('anything', { tests: mixed });
    expect(skipped).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(entries.length);
  });

  test('may group its cases, and say once what they share', async () => {
    const { vectors: cases } = contentOf('hmac-sha2') as { vectors: { alg: string }[] };
    const testGroups = cases.map(({ alg, ...rest }) => ({ alg, tests: [rest] }));
    expect(await runAll('hmac', { testGroups })).toEqual({ passed: cases.length, skipped: [] });
  });

  test('may write its hex in capitals, and more fields than ours', async () => {
    for (const { name } of formats) {
      const loud = entriesOf(contentOf(name)).map((entry) => ({ ...capitals(entry), remark: 'unknown', '': null }));
      const { passed, skipped } = await runAll(`${name}-3`, { cases: loud });
      expect([name, passed >= loud.length, skipped]).toEqual([name, true, []]);
    }
  });

  test('fails by the name of its case where a value cannot be read', async () => {
    const { vectors: cases } = contentOf('dh') as { vectors: object[] };
    const [first] = cases.map((each) => ({ ...each, id: 'odd', shared: 'abc' }));
    await expect(runAll('dh-odd', { vectors: [first] })).rejects.toThrow('odd: shared: no hex octets');
  });

  test.each([{}, { vectors: [] }, { vectors: {} }, { cases: [null, 1, 'x', []] }])(
    '%j has nothing to run',
    (content) => {
      for (const name of ['anything', 'dh']) {
        const chosen = chooseFormats(name, content, { provider: nodeProvider });
        expect('skip' in chosen || chosen.cases.every((each) => 'skip' in each)).toBe(true);
      }
    },
  );
});

async function runAll(name: string, content: VectorFile) {
  const chosen = chooseFormats(name, content, { provider: nodeProvider });
  if ('skip' in chosen) return { passed: 0, skipped: [chosen.skip] };
  let passed = 0;
  const skipped: string[] = [];
  for (const each of chosen.cases) {
    if ('skip' in each) skipped.push(`${each.name}: ${each.skip}`);
    else {
      try {
        await each.check();
        passed += 1;
      } catch (error) {
        throw new Error(`${each.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { passed, skipped };
}

/** Of values that are hex, at any depth; names of algorithms, which have other letters, stay. */
function capitals(value: unknown): object {
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'string' && /^[0-9a-f]{8,}$/.test(each) ? each.toUpperCase() : each,
  );
  return JSON.parse(text) as object;
}

function contentOf(name: string): VectorFile {
  return files.find((file) => file.name === name)?.content ?? {};
}
