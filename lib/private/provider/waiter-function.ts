import { Duration, Stack, type ResourceEnvironment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import { BundledFunction, type FunctionSettings } from './bundled-function';
import { parseJobArn } from '../contract/job-identifier';
import { grantDecrypt } from '../model/grant-decrypt';
import { MAX_INLINE_CHARACTERS, PolicySpace } from './policy-space';
import { isLiteral } from '../validation';

/** A start that is refused because its permission is new is tried for minutes. Polls are cut off well before. */
const TIMEOUT = Duration.minutes(9);

/**
 * What the statements for jobs, models and roles may take of the 10,240 characters of a role's inline policies. The rest
 * is for logs, network interfaces, tracing and the keys of models.
 */
const INLINE_CHARACTERS = MAX_INLINE_CHARACTERS - 2_000;

/** What it does with a model: describes it, or sends it the smoke test's request. */
export type ModelAction = 'bedrock:GetImportedModel' | 'bedrock:InvokeModel';

/** The function that takes the requests of CloudFormation, polls for jobs, and answers. */
export class WaiterFunction extends BundledFunction {
  private readonly space: PolicySpace;
  /** What is allowed already, and the policies that it stands in. */
  private readonly allowed = new Map<string, IDependable>();

  constructor(scope: Construct, id: string, props: FunctionSettings) {
    super(scope, id, {
      bundle: 'waiter',
      description: 'Waits for Amazon Bedrock model import jobs, and answers CloudFormation',
      timeout: TIMEOUT,
      role: props.waiterRole,
      deadLetterQueue: props.deadLetterQueue,
      settings: props,
    });
    this.space = new PolicySpace(this, {
      role: this.role!,
      inline: { policy: this.policy as iam.Policy, characters: INLINE_CHARACTERS },
      idPrefix: 'OverflowPolicy',
      description: `Jobs, models and roles of ${this.node.path}`,
    });
  }

  /** Lets it find the model of a job whose record Bedrock does not keep any more. */
  public allowFindModels(): IDependable[] {
    // AWS has no resource types for this action.
    return this.allowOn('bedrock:ListImportedModels', '*');
  }

  /**
   * Lets it describe a job: for exactly this one when it is a literal ARN, else for any job of the stack's
   * account in a Region, because job ARNs cannot be derived from names. Returns the policies that this takes.
   */
  public allowGetJob(jobIdentifier: string, region: string): IDependable[] {
    const isArn = isLiteral(jobIdentifier) && parseJobArn(jobIdentifier);
    return this.allowOn(
      'bedrock:GetModelImportJob',
      isArn ? jobIdentifier : this.arnOf(region, 'model-import-job'),
    );
  }

  /**
   * Lets it do something with any imported model of a Region and account, because the ARN of a job does not tell
   * that of its model. Returns the policies that this takes.
   */
  public allowOnModels(action: ModelAction, { region, account }: ResourceEnvironment): IDependable[] {
    return this.allowOn(action, this.arnOf(region, 'imported-model', account));
  }

  /** Lets it assume exactly this role, and returns the policies that this takes. */
  public allowAssumeRole(role: iam.IRoleRef): IDependable[] {
    return this.allowOn('sts:AssumeRole', role.roleRef.roleArn);
  }

  /**
   * Lets it decrypt models under a key, through Amazon Bedrock only, by the key's policy too where that is needed.
   * Returns the policies that this takes.
   */
  public allowDecrypt(key: kms.IKey): IDependable[] {
    const place = (statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult => ({
      statementAdded: true,
      policyDependable: this.space.add(statement),
    });
    // In place of the default policy, which CDK fills up to the limit of all inline policies.
    const principal = Object.create(this.role!, { addToPrincipalPolicy: { value: place } }) as iam.IRole;
    const grantee = { grantPrincipal: this.role instanceof iam.Role ? principal : this.role! };
    grantDecrypt(grantee, key);
    return [this.policy];
  }

  private arnOf(region: string, type: string, account: string = Stack.of(this).account): string {
    return `arn:${Stack.of(this).partition}:bedrock:${region}:${account}:${type}/*`;
  }

  private allowOn(action: string, resource: string): IDependable[] {
    const key = `${action} ${resource}`;
    const policy =
      this.allowed.get(key) ??
      this.space.add(new iam.PolicyStatement({ actions: [action], resources: [resource] }));
    this.allowed.set(key, policy);
    return policy === this.policy ? [this.policy] : [this.policy, policy];
  }
}
