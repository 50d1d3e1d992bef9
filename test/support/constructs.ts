import type { Construct } from 'constructs';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelSource,
  type ImportedModelProps,
  type ModelImportJobWaiterProps,
} from '../../lib/index';
import { JOB_ARN } from './job';

/** Adds a wait for a job. */
export function addWaiter(
  scope: Construct,
  props: Partial<ModelImportJobWaiterProps> = {},
  id = 'Import',
): ModelImportJobWaiter {
  return new ModelImportJobWaiter(scope, id, { jobIdentifier: JOB_ARN, ...props });
}

/** Adds a model that its stack owns. */
export function addModel(
  scope: Construct,
  props: Partial<ImportedModelProps> = {},
  id = 'Llama',
): ImportedModel {
  return new ImportedModel(scope, id, { source: ModelSource.s3Uri('s3://weights/models/llama/'), ...props });
}
