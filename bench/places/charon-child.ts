/** Our initiator in a process of its own, built as it is shipped: a plan comes in, milliseconds of each negotiation go out. */
import { OwnEnd, type OwnOptions } from '../../e2e/peers/own-end.ts';

export interface OwnPlan {
  readonly options: OwnOptions;
  readonly count: number;
}

let end: OwnEnd | undefined;

process.on('message', async ({ options, count }: OwnPlan) => {
  end ??= await OwnEnd.open(options);
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await negotiate(end));
  process.send?.(times);
});

async function negotiate(own: OwnEnd): Promise<number> {
  own.forget();
  const startMs = performance.now();
  void own.initiate();
  await own.until('childInstalled');
  const tookMs = performance.now() - startMs;
  for (const { initiatorSpi } of own.endpoint.ikeSas()) await own.endpoint.deleteIkeSa(initiatorSpi, Date.now());
  await own.until('ikeClosed');
  return tookMs;
}
