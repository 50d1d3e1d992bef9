import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The stack that is deployed by itself: that of a construct, or the outermost one around it when that is nested. */
export function stackAround(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? stackAround(stack.nestedStackParent) : stack;
}
