/** Commits pairs of documents until it is killed, and prints each count once its batch is durable. Argument: the folder. */
import { z } from 'zod';
import { openNodeStore } from '../node-store.ts';
import { put } from '../store.ts';

const notes = { name: 'note', version: 1, schema: z.object({ text: z.string() }) };
const store = await openNodeStore(process.argv[2] ?? '');
if (!store.ok) throw new Error(store.error.detail);

for (let count = 1; ; count++) {
  const text = String(count);
  const done = await store.value.commit([put(notes, 'left', { text }), put(notes, 'right', { text })]);
  if (!done.ok) throw new Error(done.error.detail);
  process.stdout.write(`${count}\n`);
}
