import type { Case } from './batch';

/** Deployments that once ended wrong, by seed. They run first. */
const NUMBERS: Readonly<Record<number, readonly number[]>> = {
  1: [52, 192, 400, 407, 722, 1409, 1472, 1784, 1813, 1825, 3757, 5591, 6117, 15325, 16147, 16325],
  2: [2437, 2595, 2739, 3229, 19980],
  3: [57, 62, 887],
  4: [383, 1891],
  5: [941],
};

export const REGRESSIONS: readonly Case[] = Object.entries(NUMBERS).flatMap(([seed, numbers]) =>
  numbers.map((number) => ({ seed: Number(seed), number })),
);
