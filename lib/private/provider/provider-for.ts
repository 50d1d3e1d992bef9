import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ModelImportProvider } from '../../model-import-provider';
import { ValidationError } from '../validation';

/**
 * The provider that serves a construct: the given one, or that of the stack. CloudFormation calls functions of its own
 * Region only, and a provider in another stack would make the two stacks depend on each other.
 */
export function providerFor(scope: Construct, given?: ModelImportProvider): ModelImportProvider {
  if (given === undefined) {
    return ModelImportProvider.getOrCreate(scope);
  }
  // A caller in JavaScript may pass anything.
  if (typeof (given as Partial<ModelImportProvider> | null)?.serviceToken !== 'string') {
    throw new ValidationError(
      `'provider' must be a ModelImportProvider, got: ${String(given)}`,
      scope.node.path,
    );
  }
  const [own, others] = [Stack.of(scope), Stack.of(given)];
  if (own !== others) {
    throw new ValidationError(
      `'provider' must be in the same stack as the waiter or model, ${own.node.path}, got: one in ${others.node.path}; create one in ${own.node.path}, or leave the prop out`,
      scope.node.path,
    );
  }
  return given;
}
