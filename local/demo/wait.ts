import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { endOf, type Job } from '../bedrock/import-job';
import type { LocalCloud } from '../cloud/cloud';
import { getParameter } from '../cloud/parameter';
import { stackOutputs } from '../cloud/stack-outputs';
import type { DialectName } from './arguments';
import { POLL_INTERVAL_SECONDS, SYNTH_ENVIRONMENT, type Demo, type DemoContext } from './demo';
import { inSeconds, prove, tolerated, type Claim } from './proof';
import { jobsOf, watch, type Watched } from './watch';

const STACK = 'BedrockModelImportSample';
const WAITER_TYPE = 'Custom::BedrockModelImportJobWaiter';
const PARAMETER_TYPE = 'AWS::SSM::Parameter';
const JOB_NAME = 'demo-job';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
const FAILURE_MESSAGE = 'The weights in s3://weights/model/ lack the file config.json';

/** Deploys the sample app while an import job runs. */
export const demonstrateWait: Demo = async (context) => {
  const { cloud, screen, options } = context;
  const { seconds, fail } = options;
  // However long the CDK CLI takes to get there, the job is running when the waiter starts.
  cloud.bedrock.beforeNext('GetModelImportJob', () =>
    cloud.bedrock.startJob({
      jobName: JOB_NAME,
      durationMs: seconds * 1000,
      importedModelKmsKeyArn: KEY,
      ...(fail && { outcome: 'Failed', failureMessage: FAILURE_MESSAGE }),
    }),
  );
  screen.line(
    `Import job ${JOB_NAME} ${fail ? 'fails' : 'completes'} ${seconds} s after CloudFormation starts to wait for it.`,
  );
  screen.line(`\n$ cdk deploy -c jobIdentifier=${JOB_NAME}`);
  const watched = await watch(cloud, screen, STACK, () =>
    cloud.deploy('local/demo/app.ts', ['-c', `jobIdentifier=${JOB_NAME}`], SYNTH_ENVIRONMENT),
  );
  const [job] = jobsOf(cloud);
  const isProved = fail ? await proveFailure(context, watched) : await proveWait(context, watched, job);
  if (!isProved) {
    screen.line(`\nThe CDK CLI ended with exit status ${watched.code} and printed:\n${watched.output}`);
  }
  return isProved;
};

async function proveWait(
  { cloud, screen, options }: DemoContext,
  { code, events, polls }: Watched,
  job: Job | undefined,
): Promise<boolean> {
  if (code !== 0 || !job) {
    screen.line('\nProof');
    return prove(screen, [['the deployment succeeded', false]]);
  }
  const jobEnded = endOf(job);
  const waiting = find(events, WAITER_TYPE, 'IN_PROGRESS');
  const waited = find(events, WAITER_TYPE, 'COMPLETE');
  const created = find(events, PARAMETER_TYPE, 'IN_PROGRESS');
  const parameter = find(events, PARAMETER_TYPE, 'COMPLETE');
  const outputs = await stackOutputs(cloud, STACK);
  const { Value: value } = await getParameter(cloud, parameter.PhysicalResourceId!);

  screen.line('\nOutputs');
  for (const [name, output] of Object.entries(outputs)) {
    screen.line(`  ${name} = ${output}`);
  }
  screen.line('\nProof');
  screen.line(`  ${clock(waiting.Timestamp!)}  CloudFormation called the waiter`);
  screen.line(`  ${clock(new Date(jobEnded))}  the import job ended`);
  screen.line(`  ${clock(waited.Timestamp!)}  the waiter responded, and CloudFormation went on`);
  screen.line(`  ${clock(created.Timestamp!)}  the creation of the downstream parameter began`);
  const blockedMs = waited.Timestamp!.getTime() - waiting.Timestamp!.getTime();
  const waitedForJobMs = jobEnded - waiting.Timestamp!.getTime();
  const lagMs = created.Timestamp!.getTime() - jobEnded;
  return prove(screen, [
    [
      `CloudFormation was blocked for ${inSeconds(blockedMs)}`,
      waitedForJobMs > 0 && blockedMs >= waitedForJobMs,
    ],
    [
      `the downstream parameter was created ${inSeconds(lagMs)} after the job's end. ${limitOf(options.dialect)}`,
      lagMs >= 0,
    ],
    [`the parameter holds the model's ARN, ${value}`, value === job.modelArn && outputs.ModelArn === value],
    [`the key of the model is ${outputs.ModelKmsKeyArn}`, outputs.ModelKmsKeyArn === KEY],
    ...tolerated(polls),
  ]);
}

async function proveFailure(
  { cloud, screen }: DemoContext,
  { code, events, polls }: Watched,
): Promise<boolean> {
  const failed = events.find(
    ({ ResourceType, ResourceStatus }) => ResourceType === WAITER_TYPE && ResourceStatus!.endsWith('_FAILED'),
  );
  const last = events.at(-1);
  const functions = await functionNames(cloud);
  screen.line('\nProof');
  const claims: Claim[] = [
    [`the deployment failed: cdk ended with exit status ${code}`, code !== 0],
    [
      `the stack's event gives Bedrock's reason: ${FAILURE_MESSAGE}`,
      failed?.ResourceStatusReason?.includes(FAILURE_MESSAGE) ?? false,
    ],
    [
      'the downstream parameter was never created',
      !events.some(({ ResourceType }) => ResourceType === PARAMETER_TYPE),
    ],
    [
      `the stack rolled back and left nothing behind: ${last?.ResourceStatus}`,
      last?.ResourceStatus === 'ROLLBACK_COMPLETE' && !functions.some((name) => name.startsWith(STACK)),
    ],
    ...tolerated(polls),
  ];
  return prove(screen, claims);
}

/** What the time from the end of a job to the next resource consists of. */
function limitOf(dialect: DialectName): string {
  const late = dialect === 'today' ? '' : ', after the late responses and errors of this dialect';
  return (
    `The limit is half the poll interval of ${POLL_INTERVAL_SECONDS} s on average, the whole interval at most, ` +
    `and the time of the response${late}`
  );
}

/** The first event of a resource type with a status, after the prefix CREATE or UPDATE. */
function find(events: readonly StackEvent[], type: string, status: string): StackEvent {
  return events.find(
    ({ ResourceType, ResourceStatus }) =>
      ResourceType === type && [`CREATE_${status}`, `UPDATE_${status}`].includes(ResourceStatus!),
  )!;
}

async function functionNames(cloud: LocalCloud): Promise<string[]> {
  const client = new LambdaClient(cloud.clientConfig);
  const names: string[] = [];
  for await (const page of paginateListFunctions({ client }, {})) {
    names.push(...page.Functions!.map(({ FunctionName }) => FunctionName!));
  }
  return names;
}

function clock(time: Date): string {
  return time.toISOString().slice(11, 23);
}
