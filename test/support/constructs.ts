import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelImportProvider,
  ModelSource,
  type ImportedModelProps,
  type ModelImportJobWaiterProps,
  type ModelImportProviderProps,
} from '../../lib/index';
import { JOB_ARN } from './job';
import { ENV, newStack } from './templates';

/** Adds a wait for a job. */
export function addWaiter(
  scope: Construct,
  props: Partial<ModelImportJobWaiterProps> = {},
  id = 'Import',
): ModelImportJobWaiter {
  return new ModelImportJobWaiter(scope, id, { jobIdentifier: JOB_ARN, ...props });
}

/** A wait in a stack of its own, whose props may need constructs of that stack. */
export function newWaiter(
  props: (stack: Stack) => Partial<ModelImportJobWaiterProps>,
  region = ENV.region,
): { stack: Stack; waiter: ModelImportJobWaiter; template: () => Template } {
  const stack = newStack({}, { ...ENV, region });
  const waiter = addWaiter(stack, props(stack));
  return { stack, waiter, template: () => Template.fromStack(stack) };
}

/** A provider in a stack of its own, whose props may need constructs of that stack. */
export function newProvider(props: (stack: Stack) => ModelImportProviderProps = () => ({})): {
  stack: Stack;
  provider: ModelImportProvider;
} {
  const stack = newStack();
  return { stack, provider: new ModelImportProvider(stack, 'Provider', props(stack)) };
}

/** Adds a model that its stack owns. */
export function addModel(
  scope: Construct,
  props: Partial<ImportedModelProps> = {},
  id = 'Llama',
): ImportedModel {
  return new ImportedModel(scope, id, {
    source: ModelSource.fromS3Uri('s3://weights/models/llama/'),
    ...props,
  });
}
