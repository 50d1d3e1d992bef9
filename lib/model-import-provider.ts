import { RemovalPolicy, Stack, Token, type ResourceEnvironment } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import type { BundledFunction, FunctionSettings } from './private/provider/bundled-function';
import { allowServices } from './private/provider/encryption';
import { ImportQueue } from './private/model/import-queue';
import { ImportTable } from './private/provider/import-table';
import { ModelFunction, type ImportMeans } from './private/provider/model-function';
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
 * Properties of a `ModelImportProvider`.
 */
export interface ModelImportProviderProps {
  /**
   * The VPC to place the functions in.
   *
   * They need to reach Amazon Bedrock, AWS Step Functions and Amazon S3 from there, for an `ImportedModel` also AWS
   * CloudFormation and Amazon DynamoDB: by a NAT gateway, or by the interface endpoints `bedrock`, `states` and
   * `cloudformation` and gateway endpoints of DynamoDB and of S3, which takes the answers to CloudFormation and
   * has the weights. The custom resources wait for them, where the app creates them in the stack of the VPC, by
   * its methods, or in its own. A waiter with an assumed role also needs `sts`, and a smoke test
   * `bedrock-runtime`. Lambda writes the logs itself. An interface endpoint serves its
   * own Region only: a job of another one needs a NAT gateway.
   *
   * @default - The functions are not placed in a VPC.
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which subnets of the VPC to place the functions in.
   *
   * @default - CDK's default for functions: the private subnets with egress.
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the functions' network interfaces.
   *
   * @default - One new security group for each function when `vpc` is set.
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The key that encrypts at rest what the functions and the state machine keep: the functions' environment
   * variables, the log group and the table of imports that this construct creates, and the data of executions.
   *
   * The data of an execution holds the ResponseURL of a request, which is a secret: without this key, whoever
   * may describe executions can read it. A symmetric key of the stack's Region. A key that was imported takes
   * no policy: a warning names what its policy has to say.
   *
   * @default - Keys that AWS owns.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The log group of the functions.
   *
   * Pass one of your own to keep the logs when the stack is rolled back or destroyed.
   *
   * @default - A new log group, deleted with the stack.
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the log group that this construct creates keeps its events. Excludes `logGroup`.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What the state machine logs of its executions, to the log group of the functions.
   *
   * Never their data, which holds a secret. The functions log each step without it as well.
   *
   * @default LogLevel.OFF
   */
  readonly stateMachineLogLevel?: sfn.LogLevel;

  /**
   * Whether AWS X-Ray traces the functions and the state machine.
   *
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * How many invocations of each function may run at the same time: 1 or more.
   *
   * They are taken from what the other functions of the account may use. An invocation beyond them is tried
   * again later, so a small number delays polls and answers.
   *
   * @default - What the account's other functions leave.
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Where AWS Lambda puts the requests of CloudFormation that the waiter function failed on, three times.
   *
   * Such a request holds its ResponseURL, a secret: encrypt the queue, and see who may read it.
   *
   * @default - Such requests are dropped. CloudFormation stops waiting for an answer either way.
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The role of the waiter function, which takes the requests of CloudFormation, polls and answers.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `logs:CreateLogStream` and
   * `logs:PutLogEvents` on the log group, `states:StartExecution` on the state machine,
   * `bedrock:GetModelImportJob` on the jobs, `bedrock:GetImportedModel` on the models and
   * `bedrock:ListImportedModels`, or `sts:AssumeRole` on the roles to assume, with a smoke test
   * `bedrock:InvokeModel` on the models and `kms:Decrypt` on their key, with a dead-letter queue
   * `sqs:SendMessage` on it, and with an encryption key `kms:Decrypt` and `kms:GenerateDataKey` on it. What every
   * function needs besides is listed in the docs under "Permissions": for a VPC, an encryption key and tracing.
   * It must trust `lambda.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly waiterRole?: iam.IRole;

  /**
   * The role of the model function, which starts imports and deletes models, and which only an `ImportedModel`
   * needs.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `logs:CreateLogStream` and
   * `logs:PutLogEvents` on the log group, `bedrock:CreateModelImportJob`, `bedrock:ListModelImportJobs`,
   * `bedrock:ListImportedModels`, `bedrock:GetModelImportJob`, `bedrock:GetImportedModel`,
   * `bedrock:DeleteImportedModel`, `bedrock:TagResource` and `bedrock:UntagResource`, `dynamodb:GetItem` and
   * `dynamodb:PutItem` on the table of imports, `cloudformation:DescribeStackEvents` on the stack, `iam:PassRole`
   * on the import roles, on a model's key `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey` and
   * `kms:GenerateDataKey`, and for the pre-flight check `s3:ListBucket` and `s3:GetObject` on the weights and
   * `kms:Decrypt` on their key, besides what `waiterRole` says of every function. It must trust
   * `lambda.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly modelRole?: iam.IRole;

  /**
   * The role of the state machine.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `lambda:InvokeFunction` on
   * the functions, with an encryption key `kms:Decrypt` and `kms:GenerateDataKey` on it, with tracing the
   * actions of AWS X-Ray, and with a log level those of log delivery. It must trust `states.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly stateMachineRole?: iam.IRole;
}

/**
 * The Lambda functions and the state machine that wait for import jobs, and own imported models.
 *
 * All waiters and models of a stack share one, made on first use. To place it in a VPC, encrypt it or choose its
 * logs, make it by `getOrCreate` before the first of them. Whatever its settings, and however they change, it
 * stays the same to CloudFormation, and no model is imported again.
 *
 * With `stateMachineLogLevel` ALL and `tracing`, what cdk-nag's AwsSolutions pack still finds is IAM5, wildcards
 * that AWS forces: the ARNs of jobs, models and executions end with what is made at run time, and some actions
 * have no resource types. Without them it finds SF1 and SF2 as well.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
export class ModelImportProvider extends Construct implements ec2.IConnectable {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ModelImportProvider';

  /**
   * The provider that a stack's waiters and models share, created on the first call.
   *
   * Throws when it exists with other props than the given ones: give them before the first waiter or model, or
   * leave them out to get the one that is there. Props without a value are no props, and a default value is the
   * same as none.
   *
   * @param scope any construct of the stack
   * @param props the settings, when this is where they are chosen
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
        `${existing.node.path} must be a ModelImportProvider: give what is there another ID`,
        existing.node.path,
      );
    }
    const provider = existing as ModelImportProvider;
    const given = withoutDefaults(props);
    if (Object.keys(given).length > 0 && !sameValue(given, withoutDefaults(provider.given))) {
      throw new ValidationError(
        `${existing.node.path} exists with other props: choose them before the first waiter or model of the stack`,
        existing.node.path,
      );
    }
    return provider;
  }

  /**
   * The ARN of the function that CloudFormation sends its events to.
   */
  public readonly serviceToken: string;

  /**
   * The ARN of the state machine that polls.
   */
  public readonly stateMachineArn: string;

  /**
   * The log group of the functions.
   */
  public readonly logGroup: logs.ILogGroup;

  /**
   * The role of the waiter function, which calls Amazon Bedrock, and assumes the roles that do so in other
   * accounts.
   */
  public readonly waiterRole: iam.IRole;

  /** The props as the app gave them, before property injection. */
  private readonly given: ModelImportProviderProps;
  private readonly settings: FunctionSettings;
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
    this.settings = { ...options, logGroup: this.logGroup };

    this.waiter = new WaiterFunction(this, 'Waiter', this.settings);
    this.machine = new WaitMachine(this, 'StateMachine', this.settings);
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
   * The network connections of the functions, for the rules of their security groups.
   *
   * Only with `vpc`.
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
   * The functions write it to their log group, and CloudWatch Logs makes a metric of it. Its dimension is
   * the name of the stack, so that all providers of one stack share it.
   *
   * @param metricName `ImportDuration`, `AnswerDelay`, `Polls` or `Failures`
   * @param props how to look at it
   * @default - Averages over 5 minutes.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return waitMetric(this, metricName, props);
  }

  /**
   * The seconds that imports took, from the creation of the job to its end, when it completed.
   *
   * @default - Average over 5 minutes.
   */
  public metricImportDuration(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('ImportDuration', cloudwatch.Stats.AVERAGE, props);
  }

  /**
   * The seconds from the end of a job to the answer that CloudFormation got, when it ended during the wait.
   *
   * @default - Average over 5 minutes.
   */
  public metricAnswerDelay(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('AnswerDelay', cloudwatch.Stats.AVERAGE, props);
  }

  /**
   * How often jobs were asked for.
   *
   * @default - Sum over 5 minutes.
   */
  public metricPolls(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('Polls', cloudwatch.Stats.SUM, props);
  }

  /**
   * How many waits failed. Its number of samples is how many ended.
   *
   * @default - Sum over 5 minutes.
   */
  public metricFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.waitMetric('Failures', cloudwatch.Stats.SUM, props);
  }

  /**
   * Lets the waiter function describe a job, and returns the policies that this takes.
   *
   * @internal
   */
  public _allowGetJob(jobIdentifier: string, region: string = Stack.of(this).region): IDependable[] {
    return this.waiter.allowGetJob(jobIdentifier, region);
  }

  /**
   * Lets the waiter function describe or invoke the models of a Region and account, and returns the policies that
   * this takes.
   *
   * @internal
   */
  public _allowOnModels(action: ModelAction, place: ResourceEnvironment): IDependable[] {
    return this.waiter.allowOnModels(action, place);
  }

  /**
   * Lets the waiter function decrypt models under a key, and returns the policies that this takes.
   *
   * @internal
   */
  public _allowDecrypt(key: kms.IKey): IDependable[] {
    return this.waiter.allowDecrypt(key);
  }

  /**
   * Lets the waiter function assume exactly this role, and returns the policies that this takes.
   *
   * @internal
   */
  public _allowAssumeRole(role: iam.IRoleRef): IDependable[] {
    return this.waiter.allowAssumeRole(role);
  }

  /**
   * Makes a custom resource wait for the permissions that serving it takes.
   *
   * @internal
   */
  public _permit(resource: IConstruct, permissions: IDependable[]): void {
    resource.node.addDependency(...this.permissions, ...permissions);
    if (this.settings.vpc) {
      // The functions reach nobody without its routes and endpoints, neither before they are there nor after.
      resource.node.addDependency(networkDependencies(this.settings.vpc, this));
    }
  }

  /**
   * Lets the waiter function find the model of a job whose record is not kept any more, and returns the policies
   * that this takes.
   *
   * @internal
   */
  public _allowFindModels(): IDependable[] {
    return this.waiter.allowFindModels();
  }

  /**
   * Lets the model function import a model, and returns what serves it and the policies that this takes. The
   * function and its table are created on the first call: a stack that only waits has neither.
   *
   * @internal
   */
  public _allowImport(
    model: Construct,
    means: ImportMeans,
  ): { functionArn: string; tableName: string; permissions: IDependable[] } {
    this.table ??= new ImportTable(this, 'Imports', { encryptionKey: this.settings.encryptionKey });
    if (!this.model) {
      this.model = new ModelFunction(this, 'Model', {
        settings: this.settings,
        caller: this.machine.role,
        table: this.table,
      });
      this.connect(this.model);
    }
    return {
      functionArn: this.model.functionArn,
      tableName: this.table.tableName,
      permissions: this.model.allowImport(model, means),
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

  /** Rules that are there already, and later ones, are for this function, too. */
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

/** What is chosen: props without a value are no props, and a default value is none. */
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
      "'logRetention' is for the log group that the provider creates: it cannot be used with 'logGroup'",
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
