import type { IConstruct } from 'constructs';

/** The constructs of this library that contain other constructs of it. */
const owners = new WeakSet<IConstruct>();

/** Declares the children of a construct to be parts of it. */
export function ownsItsParts(construct: IConstruct): void {
  owners.add(construct);
}

/** The construct that the app has created: warnings and errors name it, not a part of it. */
export function writtenByApp(construct: IConstruct): IConstruct {
  const { scope } = construct.node;
  return scope && owners.has(scope) ? writtenByApp(scope) : construct;
}
