import { expect, test } from 'vitest';
import { InOrder } from './in-order.ts';

test('what is there at once passes at once, unless something before it is still awaited', async () => {
  const order = new InOrder();
  const passed: string[] = [];
  let arrive: (each: string) => void = () => {};
  const slow = new Promise<string>((resolve) => {
    arrive = resolve;
  });

  order.add('first', (each) => passed.push(each));
  expect(passed).toEqual(['first']);
  order.add(slow, (each) => passed.push(each));
  order.add(Promise.resolve('third'), (each) => passed.push(each));
  order.add('fourth', (each) => passed.push(each));
  expect(passed).toEqual(['first']);

  arrive('second');
  await order.pending;

  expect(passed).toEqual(['first', 'second', 'third', 'fourth']);
  expect(order.pending).toBeUndefined();
});
