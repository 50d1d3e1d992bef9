import { statusOf } from '../bedrock/import-job';
import type { CliResult, LocalCloud } from '../cloud/cloud';
import { getParameter } from '../cloud/parameter';
import { stackOutputs } from '../cloud/stack-outputs';
import { putWeights, SHARD } from '../cloud/weights';
import { SYNTH_ENVIRONMENT, type Demo, type DemoContext } from './demo';
import { prove, tolerated, type Claim } from './proof';
import { jobsOf, watch, type Watched } from './watch';

const APP = 'local/demo/owned-app.ts';
const STACK = 'BedrockOwnedModelSample';
const WEIGHTS = 's3://weights/llama/';
const FAILURE_MESSAGE = `The weights in ${WEIGHTS} are not those of a supported model`;

/** Imports a model with a stack, uses it, replaces it, and destroys the stack. */
export const demonstrateOwn: Demo = async (context) => {
  const { cloud, screen, options } = context;
  const { seconds, fail, badWeights, dialect } = options;
  const { account } = cloud.bedrock;
  account.scripts = [{ durationMs: seconds * 1000 }];
  // The permissions of a new role take time to arrive, which is one of the things that users reported.
  account.rolesAreNew = dialect !== 'today';
  await putWeights(cloud, WEIGHTS);

  screen.line(`Each import job runs for ${seconds} s.`);
  screen.line('\n1. The stack imports a model.');
  const created = await deploy(context, '1');
  const first = await modelInUse(cloud);
  const imported = report(context, created, [
    ['the deployment succeeded', created.code === 0],
    ['Bedrock ran one job, and holds its model', holds(cloud, 1, [first])],
    [`the stack uses the model: ${first}`, first !== undefined],
  ]);

  const ending = badWeights ? ', but a file is missing' : fail ? ', and the import fails' : '';
  screen.line(`\n2. A new version of the weights replaces the model${ending}.`);
  if (badWeights) {
    await putWeights(cloud, WEIGHTS, [SHARD]);
  } else if (fail) {
    account.scripts = [{ durationMs: seconds * 1000, outcome: 'Failed', failureMessage: FAILURE_MESSAGE }];
  }
  const updated = await deploy(context, '2');
  const second = await modelInUse(cloud);
  const jobs = badWeights ? 1 : 2;
  const problem = badWeights ? SHARD : FAILURE_MESSAGE;
  const replaced = report(
    context,
    updated,
    fail || badWeights
      ? [
          [`the deployment failed, and its reason says ${problem}`, updated.output.includes(problem)],
          ['the stack rolled back to the old model, which was never deleted', second === first],
          [
            `Bedrock ran ${badWeights ? 'no' : 'a'} second job, and holds the old model only`,
            holds(cloud, jobs, [first]),
          ],
        ]
      : [
          ['the deployment succeeded', updated.code === 0],
          [`the stack uses the new model: ${second}`, second !== undefined && second !== first],
          ['Bedrock ran a second job, and holds the new model only', holds(cloud, 2, [second])],
        ],
  );

  screen.line('\n3. The stack is destroyed.');
  screen.line('\n$ cdk destroy');
  const destroyed = await watched(context, () => cloud.destroy(APP, ['-c', 'version=2'], SYNTH_ENVIRONMENT));
  const removed = report(context, destroyed, [
    ['the stack is gone', destroyed.code === 0],
    ['Bedrock ran no further job, and holds no model', holds(cloud, jobs, [])],
  ]);
  return imported && replaced && removed;
};

function deploy(context: DemoContext, version: string): Promise<Watched> {
  context.screen.line(`\n$ cdk deploy -c version=${version}`);
  return watched(context, () => context.cloud.deploy(APP, ['-c', `version=${version}`], SYNTH_ENVIRONMENT));
}

function watched({ cloud, screen }: DemoContext, begin: () => Promise<CliResult>): Promise<Watched> {
  return watch(cloud, screen, STACK, begin);
}

/** Prints what Bedrock holds, and what that proves. */
function report({ cloud, screen }: DemoContext, { code, output, polls }: Watched, claims: Claim[]): boolean {
  screen.line('\nBedrock holds');
  for (const job of jobsOf(cloud)) {
    screen.line(`  job    ${statusOf(job, Date.now()).padEnd(10)} ${job.jobName}`);
  }
  for (const modelArn of modelsOf(cloud)) {
    screen.line(`  model             ${modelArn}`);
  }
  screen.line('\nProof');
  const isProved = prove(screen, [...claims, ...tolerated(polls)]);
  if (!isProved) {
    screen.line(`\nThe CDK CLI ended with exit status ${code} and printed:\n${output}`);
  }
  return isProved;
}

function holds(cloud: LocalCloud, jobs: number, models: (string | undefined)[]): boolean {
  return jobsOf(cloud).length === jobs && modelsOf(cloud).join() === models.join();
}

function modelsOf({ bedrock }: LocalCloud): string[] {
  return bedrock.account.models().map(({ modelArn }) => modelArn as string);
}

/** The model that the stack's parameter names. */
async function modelInUse(cloud: LocalCloud): Promise<string | undefined> {
  const { Parameter: name } = await stackOutputs(cloud, STACK);
  return name ? (await getParameter(cloud, name)).Value : undefined;
}
