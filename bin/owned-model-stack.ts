import { CfnOutput, Stack, type Duration, type StackProps } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ImportedModel, ModelSource } from '../lib/index';

export interface OwnedModelStackProps extends StackProps {
  /** The URI of the weights: `s3://bucket/prefix/`. */
  readonly source: string;
  /** The version of the weights: another one imports the model again. */
  readonly version: string;
  /** @default - the construct's default */
  readonly pollInterval?: Duration;
}

/** Owns a model: imports it, hands its ARN on, and deletes it with the stack. */
export class OwnedModelStack extends Stack {
  constructor(scope: Construct, id: string, props: OwnedModelStackProps) {
    super(scope, id, props);

    const model = new ImportedModel(this, 'Model', {
      source: ModelSource.fromS3Uri(props.source),
      triggers: { version: props.version },
      pollInterval: props.pollInterval,
    });

    const parameter = new ssm.StringParameter(this, 'ModelArnParameter', {
      description: 'The ARN of the imported model',
      stringValue: model.importedModelArn,
    });

    new CfnOutput(this, 'ModelArn', { value: model.importedModelArn });
    new CfnOutput(this, 'Parameter', { value: parameter.parameterName });
  }
}
