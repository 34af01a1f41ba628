/** Node with the suite in a process of its own for each part, so that none warms up, or fills the heap, for another. */
import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../figure.ts';
import { type Part, partSeconds } from '../suite.ts';
import { bundle } from './bundle.ts';
import { within } from './guard.ts';

export class NodeHost {
  private constructor(private readonly module: string) {}

  static async open(): Promise<NodeHost> {
    const folder = new URL('../../node_modules/.cache/bench/', import.meta.url);
    await mkdir(folder, { recursive: true });
    const module = fileURLToPath(new URL('node.mjs', folder));
    await writeFile(module, await bundle('node-child.ts'));
    return new NodeHost(module);
  }

  measure(part: Part): Promise<Figure[]> {
    const child = fork(this.module, { execArgv: ['--expose-gc'] });
    const answer = new Promise<Figure[]>((resolve, reject) => {
      child.once('message', (figures) => resolve(figures as Figure[])); // node-child.ts sends nothing else
      child.once('exit', (code) => reject(new Error(`${part} under Node: the process ended with ${code}`))); // too late if it answered
    });
    child.send(part);
    return within(partSeconds, `${part} under Node`, answer, () => child.kill('SIGKILL'));
  }
}
