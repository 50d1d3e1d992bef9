import type { Case } from './batch';

/** Deployments that once ended wrong. They run first. */
export const REGRESSIONS: readonly Case[] = [];
