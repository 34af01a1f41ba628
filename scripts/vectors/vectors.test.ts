/** Every vector of vectors/, by both cryptography providers. What is skipped gives its reason. */
import { describe, expect, test } from 'vitest';
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { vectorFilesOf } from './files.ts';
import { chooseFormat, formats } from './formats.ts';

const files = await vectorFilesOf('vectors');

describe.each([nodeProvider, webProvider])('$name', (provider) => {
  for (const { path, name, content = {} } of files) {
    const chosen = chooseFormat(name, content, { provider });
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
  const run = formats.map((format) => format.name);
  const contentOf = (name: string) => files.find((file) => file.name === name)?.content ?? {};
  const formatOf = (name: string, like: string) => {
    const chosen = chooseFormat(name, contentOf(like), { provider: nodeProvider });
    return 'format' in chosen ? chosen.format.name : chosen.skip;
  };

  test.each(run)('%s by its name with a trailing -2 or -b', (name) => {
    expect(formatOf(`${name}-2`, name)).toBe(name);
    expect(formatOf(`${name}-b`, name)).toBe(name);
  });

  test.each(run)('%s by its keys, whatever it is called', (name) => {
    expect(formatOf('anything', name)).toBe(name);
  });

  test('what nobody knows is skipped by name', () => {
    const chosen = chooseFormat('anything', { vectors: [{ id: 'x', colour: 'blue' }] }, { provider: nodeProvider });
    expect(chosen).toEqual({ skip: 'unknown format' });
  });
});
