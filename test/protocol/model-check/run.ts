import { describePair, DELIVERIES, explore, PAIRS } from './explore';

/** Explores every interleaving of two requests of each kind, with up to two deliveries each: `npm run model-check`. */

const startedAt = Date.now();
let states = 0;
let interleavings = 0n;
let wrong = 0;
for (const requests of PAIRS) {
  for (const deliveries of DELIVERIES) {
    const explored = explore(requests, deliveries);
    states += explored.states;
    interleavings += explored.interleavings;
    wrong += explored.wrong.length;
    explored.wrong.forEach((what) =>
      console.log(`${describePair(requests)}, delivered ${deliveries.join(' and ')} times: ${what}`),
    );
  }
}
const count = (value: number | bigint): string => value.toLocaleString('en-US');
console.log(
  `Pairs of requests   ${count(PAIRS.length)}, each with ${DELIVERIES.length} numbers of deliveries`,
);
console.log(`States              ${count(states)}`);
console.log(`Interleavings       ${count(interleavings)}`);
console.log(`Wrong               ${count(wrong)}`);
console.log(`Seconds             ${count(Math.round((Date.now() - startedAt) / 1000))}`);
process.exitCode = wrong > 0 ? 1 : 0;
