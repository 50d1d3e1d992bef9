import { App, Stack, type Environment } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ImportedModel, ModelSource } from '../../lib/index';
import { ENV } from './templates';

/** Models in one stack, what uses them in another, and what the constructs warn of. */

export const SOURCE = ModelSource.fromS3Uri('s3://weights/llama/');
export const EXPORT = 'cdk-bedrock-model-import:export';

export function own(scope: Construct, id: string): ImportedModel {
  return new ImportedModel(scope, id, { source: SOURCE });
}

export function use(stack: Stack, value: string): void {
  new ssm.StringParameter(stack, 'Use', { stringValue: value });
}

/** The app of a test, and what its constructs warn of. */
export class WarnedApp {
  public app!: App;

  public begin(context: Record<string, unknown> = {}): void {
    this.app = new App({ context });
  }

  public readonly newStack = (id: string, env: Environment = ENV, crossRegionReferences = false): Stack =>
    new Stack(this.app, id, { env, crossRegionReferences });

  /** The paths of the constructs that bring a warning. */
  public readonly warned = (warning = EXPORT): string[] => {
    this.app.synth();
    return this.app.node
      .findAll()
      .filter(({ node }) => node.metadata.some(({ data }) => String(data).includes(warning)))
      .map(({ node }) => node.path);
  };

  /** What the construct at a path warns of. */
  public readonly messageOf = (path: string): string =>
    this.app.node
      .findAll()
      .find(({ node }) => node.path === path)!
      .node.metadata.map(({ data }) => String(data))
      .find((data) => data.includes('cdk-bedrock-model-import:'))!;
}

/** One for each test of a file. */
export function useApp(): WarnedApp {
  const warned = new WarnedApp();
  beforeEach(() => warned.begin());
  return warned;
}
