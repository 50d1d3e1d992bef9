import { Duration, Stack, type ResourceEnvironment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import { BundledFunction, type FunctionSettings } from './bundled-function';
import { parseJobArn } from '../contract/job-identifier';
import { isLiteral } from '../validation';

/** A start that is refused because its permission is new is tried for minutes. Polls are cut off well before. */
const TIMEOUT = Duration.minutes(9);

/** How many job ARNs the inline policy lists beside all else: a role's inline policies hold 10,240 characters. */
const JOBS_INLINE = 100;

/** How many job ARNs a managed policy lists: it holds 6,144 characters. */
const JOBS_PER_MANAGED_POLICY = 75;

/** What it does with a model: describes it, or sends it the smoke test's request. */
export type ModelAction = 'bedrock:GetImportedModel' | 'bedrock:InvokeModel';

/** A statement that lists jobs, and the policy that it stands in. */
interface JobList {
  readonly statement: iam.PolicyStatement;
  readonly policy: IDependable;
  readonly capacity: number;
}

/** The function that takes the requests of CloudFormation, polls for jobs, and answers. */
export class WaiterFunction extends BundledFunction {
  private readonly jobLists: JobList[] = [];
  private readonly listOf = new Map<string, JobList>();
  private readonly regions = new Set<string>();
  private readonly models = new Set<string>();
  private readonly roles = new Set<iam.IRole>();
  private findsModels = false;

  constructor(scope: Construct, id: string, props: FunctionSettings) {
    super(scope, id, {
      bundle: 'waiter',
      description: 'Waits for Amazon Bedrock model import jobs, and answers CloudFormation',
      timeout: TIMEOUT,
      role: props.waiterRole,
      deadLetterQueue: props.deadLetterQueue,
      settings: props,
    });
  }

  /** Lets it find the model of a job whose record Bedrock does not keep any more. */
  public allowFindModels(): IDependable[] {
    if (!this.findsModels) {
      this.findsModels = true;
      // AWS has no resource types for this action.
      this.allow(['bedrock:ListImportedModels'], ['*']);
    }
    return [this.policy];
  }

  /**
   * Lets it describe a job: for exactly this one when it is a literal ARN, else for any job of the stack's
   * account in a Region, because job ARNs cannot be derived from names. Returns the policies that this takes.
   */
  public allowGetJob(jobIdentifier: string, region: string): IDependable[] {
    if (isLiteral(jobIdentifier) && parseJobArn(jobIdentifier)) {
      return [this.policy, this.listJob(jobIdentifier).policy];
    }
    if (!this.regions.has(region)) {
      this.regions.add(region);
      const { account, partition } = Stack.of(this);
      this.allow(
        ['bedrock:GetModelImportJob'],
        [`arn:${partition}:bedrock:${region}:${account}:model-import-job/*`],
      );
    }
    return [this.policy];
  }

  /**
   * Lets it do something with any imported model of a Region and account, because the ARN of a job does not tell
   * that of its model. Returns the policies that this takes.
   */
  public allowOnModels(action: ModelAction, { region, account }: ResourceEnvironment): IDependable[] {
    const models = `arn:${Stack.of(this).partition}:bedrock:${region}:${account}:imported-model/*`;
    if (!this.models.has(`${action} ${models}`)) {
      this.models.add(`${action} ${models}`);
      this.allow([action], [models]);
    }
    return [this.policy];
  }

  /** Lets it assume exactly this role, and returns the policies that this takes. */
  public allowAssumeRole(role: iam.IRole): IDependable[] {
    if (!this.roles.has(role)) {
      this.roles.add(role);
      this.allow(['sts:AssumeRole'], [role.roleArn]);
    }
    return [this.policy];
  }

  private listJob(jobArn: string): JobList {
    const known = this.listOf.get(jobArn);
    if (known) {
      return known;
    }
    let list = this.jobLists.at(-1);
    if (!list || list.statement.resources.length >= list.capacity) {
      list = this.newJobList();
      this.jobLists.push(list);
    }
    list.statement.addResources(jobArn);
    this.listOf.set(jobArn, list);
    return list;
  }

  /** The first list stands in the inline policy, later ones in managed policies if the role can have them. */
  private newJobList(): JobList {
    const count = this.jobLists.length;
    if (count === 0 || !(this.role instanceof iam.Role)) {
      const statement = this.allow(['bedrock:GetModelImportJob'], []);
      return { statement, policy: this.policy, capacity: JOBS_INLINE };
    }
    const statement = new iam.PolicyStatement({ actions: ['bedrock:GetModelImportJob'] });
    // eslint-disable-next-line cdk/no-variable-construct-id -- one for each further list
    const policy = new iam.ManagedPolicy(this, `OverflowPolicy${count}`, {
      description: `Jobs that ${this.node.path} asks for`,
      roles: [this.role],
      statements: [statement],
    });
    return { statement, policy, capacity: JOBS_PER_MANAGED_POLICY };
  }
}
