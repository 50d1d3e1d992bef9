import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ImportedModelProps } from '../../imported-model';
import type { ModelSource } from '../../model-source';
import { parseJobArn } from '../contract/job-identifier';
import { jobNamePrefixRule, modelNameRule } from './model-rules';
import { isLiteral, validateNoAlias, validateText } from '../validation';
import { waitOptions } from '../wait/wait-options';

/** Throws unless a model can be imported with these props into the stack of a scope. */
export function validateImportedModel(props: ImportedModelProps, scope: Construct): void {
  waitOptions(props);
  // A caller in JavaScript may pass anything.
  const source: unknown = props.source;
  if (typeof (source as Partial<ModelSource> | undefined)?.uri !== 'string') {
    throw new Error(
      `'source' must be a ModelSource like ModelSource.s3Uri('s3://bucket/prefix/'), got: ${String(source)}`,
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
    throw new Error("'smokeTest' cannot be used with 'waitForCompletion: false': nobody would ask the model");
  }
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error("'removalPolicy' cannot be SNAPSHOT: there are no snapshots of imported models");
  }
  validateKey(props.kmsKey, Stack.of(scope));
}

function validateKey(key: kms.IKey | undefined, stack: Stack): void {
  validateNoAlias('kmsKey', key);
  const resource = key?.node.defaultChild;
  if (resource instanceof kms.CfnKey) {
    const { keySpec = 'SYMMETRIC_DEFAULT', keyUsage = 'ENCRYPT_DECRYPT' } = resource;
    if (keySpec !== 'SYMMETRIC_DEFAULT' || keyUsage !== 'ENCRYPT_DECRYPT') {
      throw new Error(`'kmsKey' must be a symmetric key for encryption, got: ${keySpec}, ${keyUsage}`);
    }
  }
  const region = key?.env.region;
  if (region && isLiteral(region) && !Token.isUnresolved(stack.region) && region !== stack.region) {
    throw new Error(`'kmsKey' must be in the stack's Region ${stack.region}, got: ${region}`);
  }
}
