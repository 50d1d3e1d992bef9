import type { Case } from './batch';

const SEED = 1;

/** Deployments that once ended wrong. They run first. */
export const REGRESSIONS: readonly Case[] = ([] as number[]).map((number) => ({ seed: SEED, number }));
