import type { App, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ImportedModel, ModelSource } from '../../lib/index';

/** Models in one stack, what uses them in another, and what the constructs warn of. */

export const SOURCE = ModelSource.fromS3Uri('s3://weights/llama/');
export const EXPORT = 'cdk-bedrock-model-import:export';

export function own(scope: Construct, id: string): ImportedModel {
  return new ImportedModel(scope, id, { source: SOURCE });
}

export function use(stack: Stack, value: string): void {
  new ssm.StringParameter(stack, 'Use', { stringValue: value });
}

/** The paths of the constructs that bring a warning. */
export function pathsThatWarn(app: App, warning: string): string[] {
  app.synth();
  return app.node
    .findAll()
    .filter(({ node }) => node.metadata.some(({ data }) => String(data).includes(warning)))
    .map(({ node }) => node.path);
}

/** What the construct at a path warns of. */
export function messageOf(app: App, path: string): string {
  return app.node
    .findAll()
    .find(({ node }) => node.path === path)!
    .node.metadata.map(({ data }) => String(data))
    .find((data) => data.includes('cdk-bedrock-model-import:'))!;
}
