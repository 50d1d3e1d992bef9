import type { Case } from './batch';

const SEED = 1;

/** Deployments that once ended wrong. They run first. */
export const REGRESSIONS: readonly Case[] = [
  47, 309, 321, 343, 445, 477, 875, 1069, 1390, 1729, 2385, 3089, 3437, 4053, 4324, 7475, 14156, 17166, 17859,
  18610,
].map((number) => ({ seed: SEED, number }));
