import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ImportedModelProps } from '../../imported-model-props';
import type { ModelSource } from '../../model-source';
import { parseJobArn } from '../contract/job-identifier';
import { jobNamePrefixRule, modelNameRule, triggersRule } from './model-rules';
import {
  isLiteral,
  ValidationError,
  validateConstruct,
  validateKey,
  validateRegion,
  validateText,
} from '../validation';
import { waitOptions } from '../wait/wait-options';

/** Throws unless a model can be imported with these props into the stack of a scope. */
export function validateImportedModel(props: ImportedModelProps, scope: Construct): void {
  waitOptions(props);
  // A caller in JavaScript may pass anything.
  const source: unknown = props.source;
  if (typeof (source as Partial<ModelSource> | undefined)?.uri !== 'string') {
    throw new ValidationError(
      `'source' must be a ModelSource like ModelSource.fromS3Uri('s3://bucket/prefix/'), got: ${String(source)}`,
    );
  }
  if (props.importedModelName !== undefined) {
    validateText('importedModelName', props.importedModelName, modelNameRule);
  }
  if (props.adopt !== undefined) {
    validateText('adopt', props.adopt, (arn) =>
      parseJobArn(arn) ? undefined : 'must be the ARN of a model import job',
    );
  }
  if (props.jobNamePrefix !== undefined) {
    validateText('jobNamePrefix', props.jobNamePrefix, jobNamePrefixRule);
  }
  if (props.smokeTest && props.waitForCompletion === false) {
    throw new ValidationError(
      "'smokeTest' cannot be used with 'waitForCompletion: false': the test request follows the wait",
    );
  }
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new ValidationError("'removalPolicy' cannot be SNAPSHOT: imported models have no snapshots");
  }
  const broken = props.triggers && triggersRule(props.triggers);
  if (broken) {
    throw new ValidationError(`'triggers' ${broken}`);
  }
  validateConstruct('role', props.role, 'roleArn', 'an L2 role such as iam.Role');
  const { region } = Stack.of(scope);
  validateModelKey(props.kmsKey, region);
  validateRegion('vpc', props.vpc, region);
}

/** Warns if the weights are known to be in another Region, from which Bedrock may not read them. */
export function warnOfSource(model: Construct, source: ModelSource): void {
  const { region } = Stack.of(model);
  if (source._region !== undefined && isLiteral(region) && source._region !== region) {
    Annotations.of(model).addWarningV2(
      'cdk-bedrock-model-import:bucketRegion',
      `The weights are in ${source._region} and the model is imported in ${region}: an import from a bucket in another Region may fail`,
    );
  }
}

function validateModelKey(key: kms.IKey | undefined, region: string): void {
  validateKey('kmsKey', key);
  const resource = key?.node.defaultChild;
  if (resource instanceof kms.CfnKey) {
    const { keySpec = 'SYMMETRIC_DEFAULT', keyUsage = 'ENCRYPT_DECRYPT' } = resource;
    if (keySpec !== 'SYMMETRIC_DEFAULT' || keyUsage !== 'ENCRYPT_DECRYPT') {
      throw new ValidationError(
        `'kmsKey' must be a symmetric key for encryption, got: ${keySpec}, ${keyUsage}`,
      );
    }
  }
  validateRegion('kmsKey', key, region);
}
