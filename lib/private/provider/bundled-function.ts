import * as path from 'path';
import { PhysicalName, Stack, type Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ModelImportProviderProps } from '../../model-import-provider-props';
import { allowNetworkInterfaces } from './function-network';
import { grantThroughService } from '../model/grant-decrypt';
import { throughService } from '../through-service';

/** What all functions of a provider have in common. */
export interface SharedFunctionProps extends ModelImportProviderProps {
  readonly logGroup: logs.ILogGroup;
}

interface BundledFunctionProps {
  /** The directory of the function in `lambda/`. */
  readonly bundle: 'waiter' | 'model';
  readonly description: string;
  readonly timeout: Duration;
  /** A role that was created elsewhere. */
  readonly role?: iam.IRole;
  /** Where Lambda sends the events of asynchronous invocations that failed. */
  readonly deadLetterQueue?: sqs.IQueue;
  readonly shared: SharedFunctionProps;
}

/**
 * A function of this package, with a role and a policy beside the role.
 *
 * The CDK makes a function depend on its role's default policy. CloudFormation does not need the permissions of the code
 * to create the function: only the custom resources depend on them. So the policy is created at the same time.
 */
export class BundledFunction extends lambda.Function {
  /** The permissions of the code. The custom resources that the function serves depend on them. */
  public readonly policy: iam.IPolicy;

  private readonly statements: iam.Policy;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { shared } = props;
    const ownRole = props.role ? undefined : newRole(scope, `${id}Role`);
    const role = props.role ?? ownRole!;
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', '..', 'lambda', 'dist', props.bundle)),
      memorySize: 256,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup: shared.logGroup,
      role,
      description: props.description,
      timeout: props.timeout,
      vpc: shared.vpc,
      vpcSubnets: shared.vpcSubnets,
      securityGroups: shared.securityGroups,
      environmentEncryption: shared.encryptionKey,
      tracing: shared.tracing ? lambda.Tracing.ACTIVE : undefined,
      reservedConcurrentExecutions: shared.reservedConcurrentExecutions,
      deadLetterQueue: props.deadLetterQueue,
    });
    allowNetworkInterfaces(this, ownRole);
    const { encryptionMasterKey } = props.deadLetterQueue ?? {};
    if (encryptionMasterKey) {
      // To encrypt the messages, in addition to the CDK's permission to send them.
      grantThroughService(role, encryptionMasterKey, 'sqs', ['kms:Decrypt', 'kms:GenerateDataKey']);
    }
    this.waitForOwnPolicies();

    this.statements = new iam.Policy(this, 'Policy');
    role.attachInlinePolicy(this.statements);
    this.policy = this.statements;
    // To write to the functions' one log group.
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [shared.logGroup.logGroupArn]);
    if (shared.encryptionKey) {
      // To have Lambda decrypt the environment variables.
      this.allowKey(shared.encryptionKey, 'lambda', ['kms:Decrypt']);
    }
  }

  /**
   * With `createNewPoliciesWithAddToRolePolicy` the CDK creates separate policies for the queue and for tracing, and the
   * function does not depend on them. Lambda checks both when it creates the function.
   */
  private waitForOwnPolicies(): void {
    const policies = this.node.children.filter((child) => child instanceof iam.Policy);
    this.node.defaultChild!.node.addDependency(...policies);
  }

  /** Allows it to use a key through one service only. */
  public allowKey(key: kms.IKey, service: string, actions: string[]): void {
    this.allow(actions, [key.keyArn], throughService(service, Stack.of(this).region));
  }

  /** Adds a statement to the policy, and returns it. */
  public allow(actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
    const statement = new iam.PolicyStatement({ actions, resources, conditions });
    this.statements.addStatements(statement);
    return statement;
  }
}

function newRole(scope: Construct, id: string): iam.Role {
  // eslint-disable-next-line cdk/no-variable-construct-id, cdk/require-passing-this -- created before the function, beside it
  return new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    // The trust policy of a role in another account refers to it by its name.
    roleName: PhysicalName.GENERATE_IF_NEEDED,
  });
}
