import type { IConstruct } from 'constructs';

/** The constructs of this library that make others of it for themselves. */
const owners = new WeakSet<IConstruct>();

/** Says that what a construct holds is a part of it. */
export function ownsItsParts(construct: IConstruct): void {
  owners.add(construct);
}

/** The construct that the app wrote: warnings and errors name it, and not a part that it has made for itself. */
export function writtenByApp(construct: IConstruct): IConstruct {
  const { scope } = construct.node;
  return scope && owners.has(scope) ? writtenByApp(scope) : construct;
}
