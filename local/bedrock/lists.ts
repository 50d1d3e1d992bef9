import type { Body } from './import-job';

/** What the two lists have in common: their filters, order and pages. */
export interface ListInput {
  readonly nameContains?: string;
  readonly creationTimeAfter?: Date | string;
  readonly creationTimeBefore?: Date | string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly sortOrder?: string;
}

/** Whether a list shows what was created under a name at a time. */
export function isAskedFor(name: string, time: number, input: ListInput): boolean {
  const { nameContains = '', creationTimeAfter, creationTimeBefore } = input;
  const limit = (value: Date | string | undefined, otherwise: number): number =>
    value === undefined ? otherwise : new Date(value).getTime();
  return (
    name.includes(nameContains) &&
    time > limit(creationTimeAfter, -Infinity) &&
    time < limit(creationTimeBefore, Infinity)
  );
}

/** One page of items, which are in the order of their creation. Bedrock's own default is newest first. */
export function paginate<T>(
  items: T[],
  input: ListInput,
  pageSize: number,
): { items: T[]; nextToken?: string } {
  const sorted = input.sortOrder === 'Ascending' ? items : [...items].reverse();
  const start = Number(input.nextToken ?? 0);
  const end = start + (input.maxResults ?? pageSize);
  return { items: sorted.slice(start, end), nextToken: end < sorted.length ? String(end) : undefined };
}

/** A description cut down to a summary. */
export function pick(body: Body, fields: string[]): Body {
  return Object.fromEntries(fields.map((field) => [field, body[field]]));
}
