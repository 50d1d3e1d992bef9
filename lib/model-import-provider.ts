import { RemovalPolicy, Stack, Token, type ResourceEnvironment } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import type { BundledFunction, SharedFunctionProps } from './private/provider/bundled-function';
import { allowServices } from './private/provider/encryption';
import { ImportQueue } from './private/model/import-queue';
import { ImportTable } from './private/provider/import-table';
import { ModelFunction, type ImportPermissions } from './private/provider/model-function';
import type { ModelImportProviderProps } from './model-import-provider-props';
import { networkDependencies } from './private/provider/network';
import { WaiterFunction, type ModelAction } from './private/provider/waiter-function';
import type { WaitMetric } from './private/contract/protocol';
import { sameValue } from './private/provider/same-value';
import { injectProps } from './private/property-injection';
import {
  ValidationError,
  validateConstruct,
  validateFor,
  validateKey,
  validateNeedsVpc,
  validateRegion,
} from './private/validation';
import { waitMetric } from './private/provider/wait-metrics';
import { WaitMachine } from './private/provider/wait-machine';

/** The ID of the provider that a stack's waiters and models share. */
const DEFAULT_ID = 'BedrockModelImportProvider';

/**
 * The functions, the state machine and the table behind the waiters and models of a stack.
 *
 * The waiter function receives the requests of CloudFormation, polls for import jobs, and sends the answers. The state
 * machine calls it until there is an answer. A stack with an `ImportedModel` also has the model function, which starts
 * imports and deletes models, and a DynamoDB table that records the imports.
 *
 * All waiters and models of a stack share one provider, created with the first of them. To choose its VPC, key, roles
 * or logs, call `getOrCreate` before that. CloudFormation updates a provider in place when its props change, and no
 * model is re-imported.
 *
 * With `stateMachineLogLevel` ALL and `tracing`, the AwsSolutions pack of cdk-nag reports only IAM5, for wildcards
 * that AWS requires: the ARNs of jobs and models end with IDs that exist only at run time, and some actions have no
 * resource types. Without them it also reports SF1 and SF2.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
export class ModelImportProvider extends Construct implements ec2.IConnectable {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ModelImportProvider';

  /**
   * Returns the provider that the waiters and models of a stack share, and creates it on the first call.
   *
   * Throws an error if the provider exists with other props: pass the props before the first waiter or model, or leave
   * them out to get the existing one. A prop that is undefined or has its default value counts as left out.
   *
   * @param scope any construct of the stack
   * @param props the props of the provider, where they are chosen
   */
  public static getOrCreate(scope: Construct, props?: ModelImportProviderProps): ModelImportProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(DEFAULT_ID);
    if (!existing) {
      // eslint-disable-next-line cdk/no-variable-construct-id -- the ID is one, and looked up by it
      return new ModelImportProvider(stack, DEFAULT_ID, props);
    }
    if (!('serviceToken' in existing)) {
      throw new ValidationError(
        `${existing.node.path} must be a ModelImportProvider, got another construct: give it another ID`,
        existing.node.path,
      );
    }
    const provider = existing as ModelImportProvider;
    const given = withoutDefaults(props);
    if (Object.keys(given).length > 0 && !sameValue(given, withoutDefaults(provider.given))) {
      throw new ValidationError(
        `${existing.node.path} exists with other props: pass the props before the first waiter or model of the stack, or leave them out`,
        existing.node.path,
      );
    }
    return provider;
  }

  /**
   * The ARN of the waiter function, to which CloudFormation sends its requests.
   */
  public readonly serviceToken: string;

  /**
   * The ARN of the state machine that calls the functions until there is an answer.
   */
  public readonly stateMachineArn: string;

  /**
   * The log group of the functions.
   */
  public readonly logGroup: logs.ILogGroup;

  /**
   * The role of the waiter function: a role in another account that a waiter assumes must trust it.
   */
  public readonly waiterRole: iam.IRole;

  /** The props as the app passed them, before property injection. */
  private readonly given: ModelImportProviderProps;
  private readonly shared: SharedFunctionProps;
  private readonly machine: WaitMachine;
  private readonly waiter: WaiterFunction;
  private readonly permissions: IDependable[];
  private table?: ImportTable;
  private model?: ModelFunction;
  private readonly groups?: ec2.Connections;
  private imports?: ImportQueue;

  constructor(scope: Construct, id: string, props?: ModelImportProviderProps) {
    const options = injectProps(ModelImportProvider.PROPERTY_INJECTION_ID, props ?? {}, scope, id);
    validateFor(scope, id, () => validate(options, Stack.of(scope).region));
    super(scope, id);
    this.given = props ?? {};
    this.logGroup =
      options.logGroup ??
      new logs.LogGroup(this, 'Logs', {
        retention: options.logRetention ?? logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
        encryptionKey: options.encryptionKey,
      });
    this.shared = { ...options, logGroup: this.logGroup };

    this.waiter = new WaiterFunction(this, 'Waiter', this.shared);
    this.machine = new WaitMachine(this, 'StateMachine', this.shared);
    this.machine.allowToStart(this.waiter);
    const invokePolicy = new iam.Policy(this, 'StateMachinePolicy', {
      statements: [
        // To poll, and to have the answer sent.
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [this.waiter.functionArn],
        }),
      ],
    });
    this.machine.role.attachInlinePolicy(invokePolicy);
    if (options.encryptionKey) {
      allowServices(this, options.encryptionKey, options);
    }

    if (options.vpc) {
      this.groups = new ec2.Connections();
      this.connect(this.waiter);
    }

    this.permissions = [this.waiter.policy, invokePolicy];
    this.waiterRole = this.waiter.role!;
    this.serviceToken = this.waiter.functionArn;
    this.stateMachineArn = this.machine.stateMachineArn;
  }

  /**
   * The network connections of both functions, for rules of their security groups.
   *
   * Throws an error without `vpc`.
   */
  public get connections(): ec2.Connections {
    if (!this.groups) {
      throw new ValidationError("'connections' can only be used with 'vpc'", this.node.path);
    }
    return this.groups;
  }

  /**
   * The role of the model function, once there is a model.
   *
   * @internal
   */
  public get _modelRole(): iam.IRole {
    return this.model!.role!;
  }

  /**
   * A metric of the waits of the stack, in the namespace `BedrockModelImport`.
   *
   * The waiter function writes it to its log in the embedded metric format. The only dimension is `StackName`, the name
   * of the stack, so all providers of a stack share the metrics.
   *
   * @param metricName `ImportDuration` or `AnswerDelay`, in seconds; `Polls` or `Failures`, a count
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return waitMetric(this, metricName, props);
  }

  /**
   * How long imports took, in seconds: from the creation of a job to its end, for jobs that completed.
   *
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   */
  public metricImportDuration(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('ImportDuration', cloudwatch.Stats.AVERAGE, props);
  }

  /**
   * The time from the end of a job to the answer to CloudFormation, in seconds, for jobs that ended during the wait.
   *
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   */
  public metricAnswerDelay(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('AnswerDelay', cloudwatch.Stats.AVERAGE, props);
  }

  /**
   * The number of polls.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricPolls(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('Polls', cloudwatch.Stats.SUM, props);
  }

  /**
   * The number of waits that failed. Each wait that ended is a sample: 1 if it failed, 0 if it succeeded.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('Failures', cloudwatch.Stats.SUM, props);
  }

  /**
   * Allows the waiter function to describe a job, and returns the policies with the permission.
   *
   * @internal
   */
  public _allowGetJob(jobIdentifier: string, region: string = Stack.of(this).region): IDependable[] {
    return this.waiter.allowGetJob(jobIdentifier, region);
  }

  /**
   * Allows the waiter function to describe or invoke the models of a Region and account, and returns the policies
   * with the permission.
   *
   * @internal
   */
  public _allowOnModels(action: ModelAction, location: ResourceEnvironment): IDependable[] {
    return this.waiter.allowOnModels(action, location);
  }

  /**
   * Allows the waiter function to decrypt models under a key, and returns the policies with the permission.
   *
   * @internal
   */
  public _allowDecrypt(key: kms.IKey): IDependable[] {
    return this.waiter.allowDecrypt(key);
  }

  /**
   * Allows the waiter function to assume exactly this role, and returns the policies with the permission.
   *
   * @internal
   */
  public _allowAssumeRole(role: iam.IRoleRef): IDependable[] {
    return this.waiter.allowAssumeRole(role);
  }

  /**
   * Makes a custom resource depend on the permissions that its requests require.
   *
   * @internal
   */
  public _permit(resource: IConstruct, permissions: IDependable[]): void {
    resource.node.addDependency(...this.permissions, ...permissions);
    if (this.shared.vpc) {
      // The functions cannot reach any service before its routes and endpoints exist, nor after they are deleted.
      resource.node.addDependency(networkDependencies(this.shared.vpc, this));
    }
  }

  /**
   * Allows the waiter function to find the model of a job whose record Bedrock no longer keeps, and returns the
   * policies with the permission.
   *
   * @internal
   */
  public _allowFindModels(): IDependable[] {
    return this.waiter.allowFindModels();
  }

  /**
   * Allows the model function to import a model, and returns the function, its table and the policies with the
   * permissions. The function and the table are created on the first call: a stack that only waits has neither.
   *
   * @internal
   */
  public _allowImport(
    model: Construct,
    needed: ImportPermissions,
  ): { functionArn: string; tableName: string; permissions: IDependable[] } {
    this.table ??= new ImportTable(this, 'Imports', { encryptionKey: this.shared.encryptionKey });
    if (!this.model) {
      this.model = new ModelFunction(this, 'Model', {
        shared: this.shared,
        caller: this.machine.role,
        table: this.table,
      });
      this.connect(this.model);
    }
    return {
      functionArn: this.model.functionArn,
      tableName: this.table.tableName,
      permissions: this.model.allowImport(model, needed),
    };
  }

  /**
   * The imports of the models that this provider serves.
   *
   * @internal
   */
  public get _imports(): ImportQueue {
    return (this.imports ??= new ImportQueue(this));
  }

  /** Existing and later rules of `connections` apply to this function, too. */
  private connect(fn: BundledFunction): void {
    if (this.groups) {
      this.groups.addSecurityGroup(...fn.connections.securityGroups);
    }
  }

  private waitMetric(
    name: WaitMetric,
    statistic: string,
    props?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    return this.metric(name, { statistic, ...props });
  }
}

/** The props that differ from the defaults: an undefined prop or a default value counts as left out. */
function withoutDefaults(props: ModelImportProviderProps = {}): Record<string, unknown> {
  const defaults: Partial<ModelImportProviderProps> = {
    tracing: false,
    stateMachineLogLevel: sfn.LogLevel.OFF,
    logRetention: logs.RetentionDays.ONE_MONTH,
  };
  return Object.fromEntries(
    Object.entries(props).filter(
      ([prop, value]) =>
        value !== undefined && value !== null && value !== defaults[prop as keyof ModelImportProviderProps],
    ),
  );
}

function validate(props: ModelImportProviderProps, region: string): void {
  if (props.logGroup && props.logRetention) {
    throw new ValidationError(
      "'logRetention' cannot be used with 'logGroup': it applies to the log group that the provider creates",
    );
  }
  validateKey('encryptionKey', props.encryptionKey);
  validateConstruct('vpc', props.vpc, 'vpcId', 'an L2 VPC such as ec2.Vpc');
  validateConstruct('logGroup', props.logGroup, 'logGroupArn', 'an L2 log group such as logs.LogGroup');
  validateConstruct('deadLetterQueue', props.deadLetterQueue, 'queueArn', 'an L2 queue such as sqs.Queue');
  for (const prop of ['waiterRole', 'modelRole', 'stateMachineRole'] as const) {
    validateConstruct(prop, props[prop], 'roleArn', 'an L2 role such as iam.Role');
  }
  for (const prop of ['encryptionKey', 'vpc', 'logGroup', 'deadLetterQueue'] as const) {
    validateRegion(prop, props[prop], region);
  }
  const { reservedConcurrentExecutions: reserved = 1 } = props;
  if (!Token.isUnresolved(reserved) && (reserved < 1 || !Number.isInteger(reserved))) {
    throw new ValidationError(
      `'reservedConcurrentExecutions' must be a whole number of 1 or more, got: ${reserved}`,
    );
  }
  validateNeedsVpc(props);
}
