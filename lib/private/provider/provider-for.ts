import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ModelImportProvider } from '../../model-import-provider';
import { ValidationError } from '../validation';

/**
 * The provider that serves a construct: the given one, or that of the stack. CloudFormation calls functions of its own
 * Region only, and what serves one stack from another makes them wait for each other in a circle.
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
      `'provider' must be of the same stack as what it serves, ${own.node.path}, got: one of ${others.node.path}; make another there, or leave it out`,
      scope.node.path,
    );
  }
  return given;
}
