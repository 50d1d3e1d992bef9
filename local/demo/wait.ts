import { CloudFormationClient, DescribeStacksCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalCloud } from '../cloud/cloud';
import { check, watch, type Demo } from './report';
import { stackEvents } from '../cloud/stack-events';

const STACK = 'BedrockModelImportSample';
const WAITER_TYPE = 'Custom::BedrockModelImportJobWaiter';
const PARAMETER_TYPE = 'AWS::SSM::Parameter';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
const FAILURE_MESSAGE = 'The weights in s3://weights/model/ lack the file config.json';

/** Deploys the sample app while an import job runs. */
export const demonstrateWait: Demo = async (cloud, { seconds, fail }) => {
  const startedAt = new Date();
  const jobArn = cloud.bedrock.startJob({
    jobName: 'demo',
    durationMs: seconds * 1000,
    importedModelKmsKeyArn: KEY,
    ...(fail && { outcome: 'Failed', failureMessage: FAILURE_MESSAGE }),
  });
  console.log(`Import job ${jobArn} runs for ${seconds} s and then ${fail ? 'fails' : 'completes'}.`);
  console.log(`$ cdk deploy -c jobIdentifier=${jobArn}`);
  const { code, output } = await watch(
    cloud,
    STACK,
    () => cloud.bedrock.describe(jobArn)!.status as string,
    cloud.deploy('local/demo/app.ts', ['-c', `jobIdentifier=${jobArn}`]),
  );
  const events = await stackEvents(cloud, STACK, startedAt);
  const proved = fail
    ? await proveFailure(cloud, code, events)
    : await proveWait(cloud, code, events, jobArn);
  if (!proved) {
    console.error(`\nThe CDK CLI ended with exit status ${code} and printed:\n${output}`);
  }
  return proved;
};

async function proveWait(
  cloud: LocalCloud,
  code: number,
  events: StackEvent[],
  jobArn: string,
): Promise<boolean> {
  if (code !== 0) {
    return check('the deployment succeeded', false);
  }
  const jobEnded = cloud.bedrock.endOf(jobArn);
  const modelArn = cloud.bedrock.describe(jobArn)!.importedModelArn as string;
  const waiting = find(events, WAITER_TYPE, 'IN_PROGRESS');
  const waited = find(events, WAITER_TYPE, 'COMPLETE');
  const created = find(events, PARAMETER_TYPE, 'IN_PROGRESS');
  const parameter = find(events, PARAMETER_TYPE, 'COMPLETE');
  const outputs = await stackOutputs(cloud);
  const value = await parameterValue(cloud, parameter.PhysicalResourceId!);

  console.log('\nOutputs');
  for (const [name, output] of Object.entries(outputs)) {
    console.log(`  ${name} = ${output}`);
  }
  console.log('\nProof');
  console.log(`  ${clock(waiting.Timestamp!)}  CloudFormation asked the waiter`);
  console.log(`  ${clock(new Date(jobEnded))}  the import job ended`);
  console.log(`  ${clock(waited.Timestamp!)}  the waiter let CloudFormation go on`);
  console.log(`  ${clock(created.Timestamp!)}  the creation of the downstream parameter began`);
  const blockedMs = waited.Timestamp!.getTime() - waiting.Timestamp!.getTime();
  const waitedForJobMs = jobEnded - waiting.Timestamp!.getTime();
  return [
    check(
      `CloudFormation was blocked for ${inSeconds(blockedMs)}`,
      waitedForJobMs > 0 && blockedMs >= waitedForJobMs,
    ),
    check(
      `the downstream parameter was created ${inSeconds(created.Timestamp!.getTime() - jobEnded)} after the job's end`,
      created.Timestamp!.getTime() >= jobEnded,
    ),
    check(
      `the parameter holds the model's ARN, ${value}`,
      value === modelArn && outputs.ModelArn === modelArn,
    ),
    check(`the key of the model is ${outputs.ModelKmsKeyArn}`, outputs.ModelKmsKeyArn === KEY),
  ].every(Boolean);
}

async function proveFailure(cloud: LocalCloud, code: number, events: StackEvent[]): Promise<boolean> {
  const failed = events.find(
    (event) => event.ResourceType === WAITER_TYPE && event.ResourceStatus!.endsWith('_FAILED'),
  );
  const last = events.at(-1);
  const functions: string[] = [];
  const client = new LambdaClient(cloud.clientConfig);
  for await (const page of paginateListFunctions({ client }, {})) {
    functions.push(...page.Functions!.map(({ FunctionName }) => FunctionName!));
  }
  console.log('\nProof');
  return [
    check(`the deployment failed: cdk ended with exit status ${code}`, code !== 0),
    check(
      `the stack's event gives Bedrock's reason: ${FAILURE_MESSAGE}`,
      failed?.ResourceStatusReason?.includes(FAILURE_MESSAGE) ?? false,
    ),
    check(
      'the downstream parameter was never created',
      !events.some(({ ResourceType }) => ResourceType === PARAMETER_TYPE),
    ),
    check(
      `the stack rolled back and left nothing behind: ${last?.ResourceStatus}`,
      last?.ResourceStatus === 'ROLLBACK_COMPLETE' && !functions.some((name) => name.startsWith(STACK)),
    ),
  ].every(Boolean);
}

/** The first event of a resource type that ends so, without the prefix CREATE or UPDATE. */
function find(events: StackEvent[], type: string, status: string): StackEvent {
  return events.find(
    ({ ResourceType, ResourceStatus }) =>
      ResourceType === type && [`CREATE_${status}`, `UPDATE_${status}`].includes(ResourceStatus!),
  )!;
}

async function stackOutputs(cloud: LocalCloud): Promise<Record<string, string>> {
  const client = new CloudFormationClient(cloud.clientConfig);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
  return Object.fromEntries(
    (Stacks![0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  ) as Record<string, string>;
}

async function parameterValue(cloud: LocalCloud, name: string): Promise<string | undefined> {
  const { Parameter } = await new SSMClient(cloud.clientConfig).send(new GetParameterCommand({ Name: name }));
  return Parameter?.Value;
}

function clock(time: Date): string {
  return time.toISOString().slice(11, 23);
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
