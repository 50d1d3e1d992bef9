import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { CliResult, LocalCloud } from '../cloud/cloud';
import { putWeights, SHARD } from '../cloud/weights';
import { check, watch, type Demo } from './report';

const APP = 'local/demo/owned-app.ts';
const STACK = 'BedrockOwnedModelSample';
const WEIGHTS = 's3://weights/llama/';
const FAILURE_MESSAGE = `The weights in ${WEIGHTS} are not those of a supported model`;

/** Imports a model with a stack, uses it, imports it again, and destroys the stack. */
export const demonstrateOwn: Demo = async (cloud, { seconds, fail, badWeights }) => {
  const { account } = cloud.bedrock;
  account.scripts = [{ durationMs: seconds * 1000 }];
  await putWeights(cloud, WEIGHTS);

  console.log('\n1. The stack imports a model.');
  const created = await deploy(cloud, '1');
  const first = await modelInUse(cloud);
  const imported = report(cloud, [
    ['the deployment succeeded', created.code === 0],
    ['Bedrock ran one job, and holds its model', holds(cloud, 1, [first])],
    [`the stack uses the model: ${first}`, first !== undefined],
  ]);

  const ending = badWeights ? ', but lacks a file' : fail ? ', and the import fails' : '';
  console.log(`\n2. A new version of the weights imports it again${ending}.`);
  if (badWeights) {
    await putWeights(cloud, WEIGHTS, [SHARD]);
  } else if (fail) {
    account.scripts = [{ durationMs: seconds * 1000, outcome: 'Failed', failureMessage: FAILURE_MESSAGE }];
  }
  const updated = await deploy(cloud, '2');
  const second = await modelInUse(cloud);
  const jobs = badWeights ? 1 : 2;
  const problem = badWeights ? SHARD : FAILURE_MESSAGE;
  const replaced =
    fail || badWeights
      ? report(cloud, [
          [`the deployment failed, and its reason says ${problem}`, updated.output.includes(problem)],
          ['the stack went back to the old model, which nobody touched', second === first],
          [
            `Bedrock ran ${badWeights ? 'no' : 'a'} second job, and holds the old model only`,
            holds(cloud, jobs, [first]),
          ],
        ])
      : report(cloud, [
          ['the deployment succeeded', updated.code === 0],
          [`the stack uses the new model: ${second}`, second !== undefined && second !== first],
          ['Bedrock ran a second job, and holds the new model only', holds(cloud, 2, [second])],
        ]);

  console.log('\n3. The stack is destroyed.');
  console.log('$ cdk destroy');
  const destroyed = await watched(cloud, cloud.destroy(APP, ['-c', 'version=2']));
  const removed = report(cloud, [
    ['the stack is gone', destroyed.code === 0],
    ['Bedrock ran no further job, and holds no model', holds(cloud, jobs, [])],
  ]);
  return imported && replaced && removed;
};

function deploy(cloud: LocalCloud, version: string): Promise<CliResult> {
  console.log(`$ cdk deploy -c version=${version}`);
  return watched(cloud, cloud.deploy(APP, ['-c', `version=${version}`]));
}

/** Shows the status of the last job beside the stack's events. */
function watched(cloud: LocalCloud, command: Promise<CliResult>): Promise<CliResult> {
  return watch(cloud, STACK, () => jobsOf(cloud)[0]?.status ?? 'none', command);
}

/** Prints what Bedrock holds, and what that proves. */
function report(cloud: LocalCloud, statements: [string, boolean][]): boolean {
  console.log('\nBedrock holds');
  for (const { jobName, status } of jobsOf(cloud)) {
    console.log(`  job    ${status.padEnd(10)} ${jobName}`);
  }
  for (const modelArn of modelsOf(cloud)) {
    console.log(`  model             ${modelArn}`);
  }
  console.log('\nProof');
  return statements.map(([statement, isTrue]) => check(statement, isTrue)).every(Boolean);
}

function holds(cloud: LocalCloud, jobs: number, models: (string | undefined)[]): boolean {
  return jobsOf(cloud).length === jobs && modelsOf(cloud).join() === models.join();
}

/** The jobs, newest first. */
function jobsOf({ bedrock }: LocalCloud): { jobName: string; status: string }[] {
  return bedrock.account.jobs() as { jobName: string; status: string }[];
}

function modelsOf({ bedrock }: LocalCloud): string[] {
  return bedrock.account.models().map(({ modelArn }) => modelArn as string);
}

/** The model that the stack's parameter names. */
async function modelInUse(cloud: LocalCloud): Promise<string | undefined> {
  const stacks = new CloudFormationClient(cloud.clientConfig);
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: STACK }));
  const name = Stacks![0].Outputs?.find(({ OutputKey }) => OutputKey === 'Parameter')?.OutputValue;
  if (!name) {
    return undefined;
  }
  const { Parameter } = await new SSMClient(cloud.clientConfig).send(new GetParameterCommand({ Name: name }));
  return Parameter?.Value;
}
