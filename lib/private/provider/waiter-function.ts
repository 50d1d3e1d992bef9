import { Duration, Stack, type ResourceEnvironment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import { BundledFunction, type SharedFunctionProps } from './bundled-function';
import { parseJobArn } from '../contract/job-identifier';
import { grantDecrypt } from '../model/grant-decrypt';
import { MAX_INLINE_CHARACTERS, PolicySpace } from './policy-space';
import { isLiteral } from '../validation';

/** A start that is denied because its permission is new is retried for minutes. Polls end well before. */
const TIMEOUT = Duration.minutes(9);

/**
 * How many of the 10,240 characters of a role's inline policies the statements for jobs, models and roles may use. The
 * rest is for logs, network interfaces, tracing and the keys of models.
 */
const INLINE_CHARACTERS = MAX_INLINE_CHARACTERS - 2_000;

/** What it does with a model: describe it, or send it a test request. */
export type ModelAction = 'bedrock:GetImportedModel' | 'bedrock:InvokeModel';

/** The function that receives the requests of CloudFormation, polls for jobs, and sends the answers. */
export class WaiterFunction extends BundledFunction {
  private readonly space: PolicySpace;
  /** What is already allowed, and the policies that allow it. */
  private readonly allowed = new Map<string, IDependable>();

  constructor(scope: Construct, id: string, props: SharedFunctionProps) {
    super(scope, id, {
      bundle: 'waiter',
      description: 'Waits for Amazon Bedrock model import jobs, and answers CloudFormation',
      timeout: TIMEOUT,
      role: props.waiterRole,
      deadLetterQueue: props.deadLetterQueue,
      shared: props,
    });
    this.space = new PolicySpace(this, {
      role: this.role!,
      inline: { policy: this.policy as iam.Policy, characters: INLINE_CHARACTERS },
      idPrefix: 'OverflowPolicy',
      description: `Jobs, models and roles of ${this.node.path}`,
    });
  }

  /** Allows it to find the model of a job whose record Bedrock no longer keeps. */
  public allowFindModels(): IDependable[] {
    // AWS has no resource types for this action.
    return this.allowOn('bedrock:ListImportedModels', '*');
  }

  /**
   * Allows it to describe a job: exactly this one for a literal ARN, otherwise any job of the stack's account in a
   * Region, because the ARN of a job does not follow from its name. Returns the policies with the permission.
   */
  public allowGetJob(jobIdentifier: string, region: string): IDependable[] {
    const isArn = isLiteral(jobIdentifier) && parseJobArn(jobIdentifier);
    return this.allowOn(
      'bedrock:GetModelImportJob',
      isArn ? jobIdentifier : this.arnOf(region, 'model-import-job'),
    );
  }

  /**
   * Allows it an action on any imported model of a Region and account, because the ARN of a job does not tell that of
   * its model. Returns the policies with the permission.
   */
  public allowOnModels(action: ModelAction, { region, account }: ResourceEnvironment): IDependable[] {
    return this.allowOn(action, this.arnOf(region, 'imported-model', account));
  }

  /** Allows it to assume exactly this role, and returns the policies with the permission. */
  public allowAssumeRole(role: iam.IRoleRef): IDependable[] {
    return this.allowOn('sts:AssumeRole', role.roleRef.roleArn);
  }

  /**
   * Allows it to decrypt models under a key, through Amazon Bedrock only, also in the key's policy if that is required.
   * Returns the policies with the permission.
   */
  public allowDecrypt(key: kms.IKey): IDependable[] {
    const add = (statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult => ({
      statementAdded: true,
      policyDependable: this.space.add(statement),
    });
    // Instead of the default policy, which the CDK fills up to the limit of all inline policies.
    const principal = Object.create(this.role!, { addToPrincipalPolicy: { value: add } }) as iam.IRole;
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
