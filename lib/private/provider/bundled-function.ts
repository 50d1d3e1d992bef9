import * as path from 'path';
import { PhysicalName, Stack, type Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ModelImportProviderProps } from '../../model-import-provider';
import { allowNetworkInterfaces } from './function-network';
import { grantThroughService } from '../model/grant-decrypt';
import { throughService } from '../through-service';

/** What all functions of a provider have in common. */
export interface FunctionSettings extends ModelImportProviderProps {
  readonly logGroup: logs.ILogGroup;
}

interface BundledFunctionProps {
  /** The folder of the function in `lambda/`. */
  readonly bundle: 'waiter' | 'model';
  readonly description: string;
  readonly timeout: Duration;
  /** A role that was made elsewhere. */
  readonly role?: iam.IRole;
  /** Where the events of asynchronous calls go that it failed on. */
  readonly deadLetterQueue?: sqs.IQueue;
  readonly settings: FunctionSettings;
}

/**
 * A function of this package, with a role and a policy beside the role.
 *
 * CDK makes a function wait for its role's default policy. It need not wait for what its code may do: only
 * the custom resources wait for that. So the policy is created while the function is.
 */
export class BundledFunction extends lambda.Function {
  /** What the code may do. The custom resources that it serves depend on it. */
  public readonly policy: iam.IPolicy;

  private readonly statements: iam.Policy;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { settings } = props;
    const ownRole = props.role ? undefined : newRole(scope, `${id}Role`);
    const role = props.role ?? ownRole!;
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', '..', 'lambda', 'dist', props.bundle)),
      memorySize: 256,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup: settings.logGroup,
      role,
      description: props.description,
      timeout: props.timeout,
      vpc: settings.vpc,
      vpcSubnets: settings.vpcSubnets,
      securityGroups: settings.securityGroups,
      environmentEncryption: settings.encryptionKey,
      tracing: settings.tracing ? lambda.Tracing.ACTIVE : undefined,
      reservedConcurrentExecutions: settings.reservedConcurrentExecutions,
      deadLetterQueue: props.deadLetterQueue,
    });
    allowNetworkInterfaces(this, ownRole);
    const { encryptionMasterKey } = props.deadLetterQueue ?? {};
    if (encryptionMasterKey) {
      // To encrypt what goes into the queue, beside CDK's permission to put it there.
      grantThroughService(role, encryptionMasterKey, 'sqs', ['kms:Decrypt', 'kms:GenerateDataKey']);
    }
    this.waitForOwnPolicies();

    this.statements = new iam.Policy(this, 'Policy');
    role.attachInlinePolicy(this.statements);
    this.policy = this.statements;
    // To write to the functions' one log group.
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [settings.logGroup.logGroupArn]);
    if (settings.encryptionKey) {
      // To have Lambda decrypt the environment variables.
      this.allowKey(settings.encryptionKey, 'lambda', ['kms:Decrypt']);
    }
  }

  /**
   * With `createNewPoliciesWithAddToRolePolicy` CDK makes policies of their own for the queue and for tracing, and
   * the function does not wait for them. Lambda checks both when it creates the function.
   */
  private waitForOwnPolicies(): void {
    const policies = this.node.children.filter((child) => child instanceof iam.Policy);
    this.node.defaultChild!.node.addDependency(...policies);
  }

  /** Lets it use a key through a service, and nowhere else. */
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
  // eslint-disable-next-line cdk/no-variable-construct-id, cdk/require-passing-this -- made before the function, beside it
  return new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    // A role of another account that trusts this one takes it by its name.
    roleName: PhysicalName.GENERATE_IF_NEEDED,
  });
}
