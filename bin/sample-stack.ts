import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ModelImportJobWaiter, ModelImportProvider } from '../lib/index';

/** What the sample function does: it sends its event to the model, and returns the model's answer. */
export const ASK_MODEL = `
const { BedrockRuntimeClient, InvokeModelCommand } = require('@aws-sdk/client-bedrock-runtime');
// A model that was idle for five minutes has to load again, which takes a large one up to five minutes.
// The SDK waits up to 20 seconds between two attempts: ten bridge a minute, forty bridge five.
const client = new BedrockRuntimeClient({ maxAttempts: 40, retryMode: 'adaptive' });
exports.handler = async (event) => {
  const answer = await client.send(new InvokeModelCommand({
    modelId: process.env.MODEL_ARN,
    contentType: 'application/json',
    body: JSON.stringify(event),
  }));
  return JSON.parse(new TextDecoder().decode(answer.body));
};
`;

export interface SampleStackProps extends StackProps {
  /** The import job to wait for: its ARN or its name. */
  readonly jobIdentifier: string;
  /** @default - the construct's default */
  readonly pollInterval?: Duration;
}

/** Waits for an import job, and uses the model: a parameter, a function that invokes it, outputs. */
export class SampleStack extends Stack {
  constructor(scope: Construct, id: string, props: SampleStackProps) {
    super(scope, id, props);

    const logGroupName = `/model-imports/${this.stackName}`;
    ModelImportProvider.getOrCreate(this, {
      logGroup: new logs.LogGroup(this, 'Logs', {
        logGroupName,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    Annotations.of(this).addInfo(
      `While it waits, see each poll: aws logs tail ${logGroupName} --follow --format short --filter-pattern waited`,
    );

    const waiter = new ModelImportJobWaiter(this, 'Import', {
      jobIdentifier: props.jobIdentifier,
      pollInterval: props.pollInterval,
    });

    new ssm.StringParameter(this, 'ModelArnParameter', {
      description: 'The ARN of the imported model',
      stringValue: waiter.importedModelArn,
    });

    const ask = new lambda.Function(this, 'AskModel', {
      description: 'Invokes the imported model',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromInline(ASK_MODEL),
      timeout: Duration.minutes(10),
      environment: { MODEL_ARN: waiter.importedModelArn },
    });
    waiter.grantInvoke(ask);

    new CfnOutput(this, 'ModelArn', { value: waiter.importedModelArn });
    new CfnOutput(this, 'ModelKmsKeyArn', { value: waiter.importedModelKmsKeyArn });
  }
}
