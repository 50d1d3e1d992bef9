import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The stack of a construct that is deployed by itself: of nested stacks the outermost parent. */
export function stackAround(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? stackAround(stack.nestedStackParent) : stack;
}
