/**
 * All octets that live on this thread's heap, as a debugger sees them: neither private fields nor closures, timers or pools hide
 * anything. Garbage is collected first, so what is found is reachable from somewhere.
 */
import { Session } from 'node:inspector/promises';
import { setImmediate } from 'node:timers/promises';

/** Every buffer once, those behind views included, whole. */
export async function livingBuffers(): Promise<readonly ArrayBufferLike[]> {
  await setImmediate(); // what a WeakRef was made of lives to the end of the turn
  const buffers = new Set<ArrayBufferLike>();
  await visitInstances('Object.getPrototypeOf(Uint8Array.prototype)', (view) =>
    buffers.add((view as Uint8Array).buffer),
  );
  await visitInstances('ArrayBuffer.prototype', (buffer) => buffers.add(buffer as ArrayBuffer));
  return [...buffers];
}

/** How many key objects of the platform live: their octets are out of sight. */
export async function countPlatformKeys(): Promise<number> {
  let count = 0;
  await visitInstances('CryptoKey.prototype', () => count++);
  await visitInstances("process.getBuiltinModule('node:crypto').KeyObject.prototype", () => count++);
  return count;
}

/** Memory in use on the heap and behind arrays, garbage collected first. */
export async function octetsInUse(): Promise<number> {
  await setImmediate();
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const visitor = Symbol.for('overwire.test.visitor');

async function visitInstances(prototype: string, visit: (instance: unknown) => void): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    const { result } = await session.post('Runtime.evaluate', { expression: prototype });
    const { objectId: prototypeObjectId } = result;
    if (prototypeObjectId === undefined) throw new Error(`${prototype} is no object`);
    const { objects } = await session.post('Runtime.queryObjects', { prototypeObjectId });
    Object.assign(globalThis, { [visitor]: visit });
    await session.post('Runtime.callFunctionOn', {
      ...(objects.objectId !== undefined && { objectId: objects.objectId }),
      functionDeclaration: `function () { this.forEach(globalThis[Symbol.for('overwire.test.visitor')]); }`,
    });
  } finally {
    Reflect.deleteProperty(globalThis, visitor);
    session.disconnect(); // lets go of all that it found
  }
}
