import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { DIALECTS } from '../../local/bedrock/dialect';
import { LocalCloud } from '../../local/cloud/cloud';
import { putWeights } from '../../local/cloud/weights';
import type { ModelSpec } from './apps/imported-models';
import { TestStack, type Deployment } from './test-stack';

/** Lags of minutes become seconds, because the clock is real. */
const LAG_SCALE = 1 / 30;

type Summary = Record<'jobArn' | 'jobName' | 'status', string>;

/** A cloud whose Bedrock speaks as others have seen it, for stacks of imported models. */
class ModelCloud {
  public cloud!: LocalCloud;
  public cloudFormation!: CloudFormationClient;
  private jobsBefore = 0;

  public async start(): Promise<void> {
    this.cloud = await LocalCloud.start({ dialect: DIALECTS.observed, lagScale: LAG_SCALE });
    this.cloud.bedrock.account.rolesAreNew = true;
    this.cloudFormation = new CloudFormationClient(this.cloud.clientConfig);
    for (const name of ['llama', 'qwen', 'mistral']) {
      await putWeights(this.cloud, `s3://weights/${name}/`);
    }
  }

  /** Jobs count from here, and succeed. */
  public begin(): void {
    this.jobsBefore = this.jobs().length;
    this.cloud.bedrock.account.scripts = [{}];
  }

  public readonly jobs = (): Summary[] => this.cloud.bedrock.account.jobs() as Summary[];

  public readonly models = (): string[] =>
    this.cloud.bedrock.account.models().map(({ modelArn }) => modelArn as string);

  public readonly modelOf = (jobArn: string): string =>
    this.cloud.bedrock.describe(jobArn)!.importedModelArn as string;

  public readonly started = (): number => this.jobs().length - this.jobsBefore;

  public readonly deploy = (stack: string, specs: Record<string, ModelSpec>): Promise<Deployment> =>
    this.stack(stack).deploy({ models: JSON.stringify(specs) });

  /** Deploys, and returns the outputs. */
  public readonly succeed = async (
    stack: string,
    specs: Record<string, ModelSpec>,
  ): Promise<Record<string, string>> => {
    const { succeeded, output } = await this.deploy(stack, specs);
    expect(succeeded ? '' : output).toBe('');
    return this.stack(stack).outputs();
  };

  public readonly destroy = async (StackName: string): Promise<void> => {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName }));
    const waiter = { client: this.cloudFormation, maxWaitTime: 200, minDelay: 1, maxDelay: 2 };
    await waitUntilStackDeleteComplete(waiter, { StackName });
  };

  private stack(name: string): TestStack {
    return new TestStack(this.cloud, 'imported-models', name);
  }
}

/** One for the tests of a file. */
export function useModelCloud(): ModelCloud {
  const cloud = new ModelCloud();
  beforeAll(() => cloud.start());
  afterAll(() => cloud.cloud.stop());
  beforeEach(() => cloud.begin());
  return cloud;
}
