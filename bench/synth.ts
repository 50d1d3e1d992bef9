import { App, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as alternatives from './alternatives';
import type { StackName } from './bench';
import { resourcesInSeries } from './resources-in-series';

/** Synthesizes one stack in a process of its own: `synth.ts <stack> <waits>`. Prints what it measured. */

const [name, waits] = process.argv.slice(2);
const job = (index: number): string =>
  `arn:aws:bedrock:us-east-1:123456789012:model-import-job/${index.toString(36).padStart(12, 'job000000000')}`;

/** The type of what waits in each kind of stack. */
const WAIT_TYPES: Record<StackName, string> = {
  LibraryStack: 'Custom::BedrockModelImportJobWaiter',
  ProviderFrameworkStack: 'Custom::Wait',
  LoopStack: 'Custom::Wait',
  AwsCustomResourceStack: 'Custom::AWS',
};

const template = synthesize(Number(waits));
const { user, system } = process.cpuUsage();

const types = Object.values(template.Resources).map(({ Type }) => Type);
console.log(
  JSON.stringify({
    milliseconds: (user + system) / 1000,
    resources: types.length,
    functions: types.filter((type) => type === 'AWS::Lambda::Function').length,
    roles: types.filter((type) => type === 'AWS::IAM::Role').length,
    series: resourcesInSeries(template, WAIT_TYPES[name as StackName]).map(
      (id) => template.Resources[id].Type,
    ),
    bytes: JSON.stringify(template, null, 1).length,
  }),
);

function synthesize(count: number): { Resources: Record<string, { Type: string }> } {
  const stack = new alternatives[name as StackName](new App({ analyticsReporting: false }), 'Waits', {
    jobIdentifiers: Array.from({ length: count }, (_, index) => job(index)),
    pollInterval: Duration.seconds(10),
  });
  return Template.fromStack(stack).toJSON() as { Resources: Record<string, { Type: string }> };
}
