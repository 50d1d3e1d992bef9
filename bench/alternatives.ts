import { join } from 'path';
import { CustomResource, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
  Provider,
} from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { ModelImportJobWaiter } from '../lib/index';

/** Stacks that wait for import jobs, each in another way. */

interface WaitStackProps extends StackProps {
  readonly jobIdentifiers: string[];
  readonly pollInterval: Duration;
}

/** Bounds how long a deployment hangs when the loop crashes: longer in real life. */
const LOOP_TIMEOUT = Duration.seconds(90);

/** This library. */
export class LibraryStack extends Stack {
  constructor(scope: Construct, id: string, props: WaitStackProps) {
    super(scope, id, props);
    props.jobIdentifiers.forEach((jobIdentifier, index) => {
      new ModelImportJobWaiter(this, `Wait${index}`, { jobIdentifier, pollInterval: props.pollInterval });
    });
  }
}

/** CDK's Provider framework with two functions written by hand. */
export class ProviderFrameworkStack extends Stack {
  constructor(scope: Construct, id: string, props: WaitStackProps) {
    super(scope, id, props);
    const isComplete = handler(this, 'IsComplete', 'isComplete');
    allowGetJob(isComplete, props.jobIdentifiers);
    const provider = new Provider(this, 'Provider', {
      onEventHandler: handler(this, 'OnEvent', 'onEvent'),
      isCompleteHandler: isComplete,
      queryInterval: props.pollInterval,
      totalTimeout: Duration.minutes(55),
    });
    props.jobIdentifiers.forEach((jobIdentifier, index) => {
      new CustomResource(this, `Wait${index}`, {
        resourceType: 'Custom::Wait',
        serviceToken: provider.serviceToken,
        properties: { jobIdentifier },
      });
    });
  }
}

/** One function that polls in a loop for as long as a function can run. */
export class LoopStack extends Stack {
  constructor(scope: Construct, id: string, props: WaitStackProps) {
    super(scope, id, props);
    const loop = handler(this, 'Loop', 'loop', Duration.minutes(15));
    allowGetJob(loop, props.jobIdentifiers);
    props.jobIdentifiers.forEach((jobIdentifier, index) => {
      const resource = new CustomResource(this, `Wait${index}`, {
        resourceType: 'Custom::Wait',
        serviceToken: loop.functionArn,
        serviceTimeout: LOOP_TIMEOUT,
        properties: { jobIdentifier, pollIntervalSeconds: props.pollInterval.toSeconds() },
      });
      resource.node.addDependency(loop);
    });
  }
}

/** One call of `GetModelImportJob` at deployment: it reads the job and does not wait. */
export class AwsCustomResourceStack extends Stack {
  constructor(scope: Construct, id: string, props: WaitStackProps) {
    super(scope, id, props);
    props.jobIdentifiers.forEach((jobIdentifier, index) => {
      new AwsCustomResource(this, `Read${index}`, {
        installLatestAwsSdk: false,
        onUpdate: {
          service: 'Bedrock',
          action: 'getModelImportJob',
          parameters: { jobIdentifier },
          physicalResourceId: PhysicalResourceId.of(jobIdentifier),
        },
        policy: AwsCustomResourcePolicy.fromStatements([getJob([jobIdentifier])]),
      });
    });
  }
}

function handler(
  scope: Construct,
  id: string,
  name: string,
  timeout = Duration.seconds(30),
): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: `handlers.${name}`,
    code: lambda.Code.fromAsset(join(__dirname, 'dist')),
    memorySize: 256,
    timeout,
  });
}

function allowGetJob(fn: lambda.Function, jobs: string[]): void {
  fn.addToRolePolicy(getJob(jobs));
}

function getJob(jobs: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['bedrock:GetModelImportJob'], resources: jobs });
}
