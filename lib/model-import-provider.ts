import * as path from 'path';
import { ArnFormat, Aws, Duration, PhysicalName, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { ImportQueue } from './private/import-queue';
import { parseJobArn } from './private/job-identifier';
import { waysOut } from './private/network';
import type { WaitMetric, WaitMetricNamespace } from './private/protocol';
import { waitEngine } from './private/state-machine';
import { isLiteral } from './private/validation';

/** The SDK call of one poll is cut off well before this. */
const POLL_TIMEOUT = Duration.seconds(30);

/** The SDK calls of one step are cut off well before this. */
const LIFECYCLE_TIMEOUT = Duration.seconds(30);

/** Room for the calls to Step Functions and an answer to CloudFormation, each with its retries. */
const ON_EVENT_TIMEOUT = Duration.seconds(60);

/** The ID of the provider that a stack's waiters and models share. */
const DEFAULT_ID = 'BedrockModelImportProvider';

const METRIC_NAMESPACE: WaitMetricNamespace = 'BedrockModelImport';

/** How many job ARNs one IAM statement lists: CDK moves whole statements when a policy grows too large. */
const JOBS_PER_STATEMENT = 50;

/**
 * Properties of a `ModelImportProvider`.
 */
export interface ModelImportProviderProps {
  /**
   * The VPC to place the functions in.
   *
   * They need to reach Amazon Bedrock, AWS Step Functions and Amazon S3 from there: by a NAT gateway, or
   * by the interface endpoints `bedrock` and `states` and a gateway endpoint of S3, which CloudFormation
   * takes its answers at. A waiter with a `role` also needs `sts`. Lambda writes the logs itself. An
   * interface endpoint serves its own Region only: a job of another one needs a NAT gateway.
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
   * The key that encrypts the functions' environment variables at rest.
   *
   * @default - A key that AWS owns.
   */
  readonly environmentEncryption?: kms.IKey;

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
   * The role of the poll function.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `logs:CreateLogStream` and
   * `logs:PutLogEvents` on the log group, `bedrock:GetModelImportJob` on the jobs or `sts:AssumeRole` on
   * the roles to ask as, and in a VPC the permissions of `AWSLambdaVPCAccessExecutionRole`. It must trust
   * `lambda.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly pollRole?: iam.IRole;

  /**
   * The role of the function that speaks with CloudFormation.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `logs:CreateLogStream` and
   * `logs:PutLogEvents` on the log group, `states:StartExecution` and `states:ListExecutions` on the state
   * machine, `states:StopExecution` on its executions, and in a VPC the permissions of
   * `AWSLambdaVPCAccessExecutionRole`. It must trust `lambda.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly onEventRole?: iam.IRole;

  /**
   * The role of the function that starts imports and deletes models, which only an `ImportedModel` needs.
   *
   * It is given what it needs, unless it takes no policies: then it must hold the logging and VPC
   * permissions of the others, `bedrock:CreateModelImportJob`, `bedrock:ListModelImportJobs`,
   * `bedrock:GetModelImportJob`, `bedrock:GetImportedModel`, `bedrock:DeleteImportedModel`,
   * `bedrock:ListTagsForResource`, `bedrock:TagResource` and `bedrock:UntagResource`, `iam:PassRole` on the
   * import roles, and on a customer managed key `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey` and
   * `kms:GenerateDataKey`. It must trust `lambda.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly lifecycleRole?: iam.IRole;

  /**
   * The role of the state machine.
   *
   * It is given what it needs, unless it takes no policies: then it must hold `lambda:InvokeFunction` on
   * the functions. It must trust `states.amazonaws.com`.
   *
   * @default - A new role.
   */
  readonly stateMachineRole?: iam.IRole;
}

/** The function that imports and deletes models, and what it takes to have it called. */
interface Lifecycle {
  readonly handler: lambda.IFunction;
  readonly role: iam.IRole;
  readonly policies: iam.IPolicy[];
}

/**
 * The Lambda functions and the state machine that wait for import jobs, and own imported models.
 *
 * All waiters and models of a stack share one, made on first use. Make one by hand, and pass it to the waiters as
 * `provider`, to place the functions in a VPC, encrypt their environment or choose their logs.
 *
 * cdk-nag's AwsSolutions pack finds three things here, all on purpose. SF1 (log all events): the execution
 * data holds the ResponseURL, a secret, and the functions log every step without it. SF2 (X-Ray): tracing
 * needs permissions on all resources. IAM5 (wildcards): the ARNs of jobs, models and executions end with
 * what is made at run time, and Bedrock's create and list operations, and Lambda in a VPC, ask for `*`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
export class ModelImportProvider extends Construct {
  /**
   * The provider that a stack's waiters share, created on the first call.
   *
   * @param scope any construct of the stack
   */
  public static getOrCreate(scope: Construct): ModelImportProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(DEFAULT_ID);
    if (existing && !('serviceToken' in existing)) {
      throw new Error(`${existing.node.path} must be a ModelImportProvider: give what is there another ID`);
    }
    return (existing as ModelImportProvider | undefined) ?? new ModelImportProvider(stack, DEFAULT_ID);
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
   * The role of the poll function, which asks Amazon Bedrock, and assumes the roles that do so in other
   * accounts.
   */
  public readonly pollRole: iam.IRole;

  /**
   * The ARN of the poll function.
   *
   * @internal
   */
  public readonly _pollFunctionArn: string;

  private readonly options: ModelImportProviderProps;
  private readonly stateMachine: sfn.StateMachine;
  private readonly onEventPolicy: iam.Policy;
  private readonly anyJobAllowed = new Set<string>();
  private lifecycle?: Lifecycle;
  private imports?: ImportQueue;
  private allowedJobs?: iam.PolicyStatement;

  constructor(scope: Construct, id: string, props?: ModelImportProviderProps) {
    super(scope, id);
    const options = props ?? {};
    validate(options);
    this.options = options;

    this.logGroup =
      options.logGroup ??
      new logs.LogGroup(this, 'Logs', {
        retention: options.logRetention ?? logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      });

    this.pollRole =
      this.allowToRun(options.pollRole) ??
      // A role of another account that trusts this one takes it by its name.
      new iam.Role(this, 'PollRole', { ...this.roleProps(), roleName: PhysicalName.GENERATE_IF_NEEDED });
    const poll = new lambda.Function(this, 'Poll', {
      ...this.functionProps('poll'),
      role: this.pollRole,
      description: 'Asks Amazon Bedrock for the state of a model import job',
      timeout: POLL_TIMEOUT,
    });
    const onEventRole =
      this.allowToRun(options.onEventRole) ?? new iam.Role(this, 'OnEventRole', this.roleProps());
    const onEvent = new lambda.Function(this, 'OnEvent', {
      ...this.functionProps('on-event'),
      role: onEventRole,
      description: 'Starts waits for Amazon Bedrock model import jobs, and answers CloudFormation',
      timeout: ON_EVENT_TIMEOUT,
    });
    this.stateMachine = this.createStateMachine(poll, onEvent, options.stateMachineRole);
    this.onEventPolicy = this.createOnEventPolicy(onEventRole, this.stateMachine);

    this.serviceToken = onEvent.functionArn;
    this.stateMachineArn = this.stateMachine.stateMachineArn;
    this._pollFunctionArn = poll.functionArn;
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
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { StackName: Stack.of(this).stackName },
      ...props,
    }).attachTo(this);
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
   * Lets the poll function ask for a job: for exactly this one when it is a literal ARN, else for any
   * job of the stack's account in a Region, because job ARNs cannot be derived from names.
   *
   * @internal
   */
  public _allowGetJob(jobIdentifier: string, region: string = Stack.of(this).region): void {
    if (isLiteral(jobIdentifier) && parseJobArn(jobIdentifier)) {
      this.allowJobArn(jobIdentifier);
    } else if (!this.anyJobAllowed.has(region)) {
      this.anyJobAllowed.add(region);
      const anyJob = Stack.of(this).formatArn({
        service: 'bedrock',
        region,
        resource: 'model-import-job',
        resourceName: '*',
      });
      this.pollRole.addToPrincipalPolicy(getJobStatement(anyJob));
    }
  }

  /**
   * Lets the poll function ask as exactly this role.
   *
   * @internal
   */
  public _allowAssumeRole(role: iam.IRole): void {
    role.grantAssumeRole(this.pollRole);
  }

  /**
   * Makes a custom resource wait for the permissions that serving it takes.
   *
   * @internal
   */
  public _permit(resource: IConstruct): void {
    resource.node.addDependency(this.onEventPolicy);
    if (this.options.vpc) {
      // The functions reach nobody without its routes and endpoints, neither before they are there nor after.
      resource.node.addDependency(...waysOut(this.options.vpc));
    }
  }

  /**
   * Lets the lifecycle function import models with a role and a key, and returns the function with its
   * permissions. It is created on the first call: a stack that only waits has none of this.
   *
   * @internal
   */
  public _allowImport(role: iam.IRole, key?: kms.IKey): Lifecycle {
    this.lifecycle ??= this.createLifecycle();
    // To hand the import role to Amazon Bedrock, and to no other service.
    this.lifecycle.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      }),
    );
    // To have the model encrypted: Bedrock asks the caller for these.
    // https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
    key?.grant(
      this.lifecycle.role,
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKey',
    );
    return this.lifecycle;
  }

  /**
   * The imports of the models that this provider serves.
   *
   * @internal
   */
  public get _imports(): ImportQueue {
    return (this.imports ??= new ImportQueue(this));
  }

  private waitMetric(
    name: WaitMetric,
    statistic: string,
    props?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    return this.metric(name, { statistic, ...props });
  }

  /** Adds a job to the current statement, which CDK can move to a managed policy when it is full. */
  private allowJobArn(jobArn: string): void {
    if (!this.allowedJobs || this.allowedJobs.resources.length >= JOBS_PER_STATEMENT) {
      this.allowedJobs = getJobStatement(jobArn);
      this.pollRole.addToPrincipalPolicy(this.allowedJobs);
    } else if (!this.allowedJobs.resources.includes(jobArn)) {
      this.allowedJobs.addResources(jobArn);
    }
  }

  private roleProps(): iam.RoleProps {
    return {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Run: new iam.PolicyDocument({ statements: this.runStatements() }) },
    };
  }

  /** Gives a role that is made elsewhere what a function takes to run. */
  private allowToRun(role?: iam.IRole): iam.IRole | undefined {
    this.runStatements().forEach((statement) => role?.addToPrincipalPolicy(statement));
    return role;
  }

  private runStatements(): iam.PolicyStatement[] {
    const statements = [
      // To write to the functions' one log group.
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    ];
    if (this.options.vpc) {
      // To live in a VPC. Lambda asks for these on every resource.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
      statements.push(
        new iam.PolicyStatement({
          actions: [
            'ec2:CreateNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:DeleteNetworkInterface',
            'ec2:AssignPrivateIpAddresses',
            'ec2:UnassignPrivateIpAddresses',
          ],
          resources: ['*'],
        }),
      );
    }
    return statements;
  }

  private functionProps(bundle: string): lambda.FunctionProps {
    const { vpc, vpcSubnets, securityGroups, environmentEncryption } = this.options;
    return {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '..', 'lambda', 'dist', bundle)),
      memorySize: 256,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      vpc,
      vpcSubnets,
      securityGroups,
      environmentEncryption,
    };
  }

  private createStateMachine(
    poll: lambda.IFunction,
    onEvent: lambda.IFunction,
    role?: iam.IRole,
  ): sfn.StateMachine {
    const definition = waitEngine(Aws.PARTITION);
    const stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      role,
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
    });
    // To poll, and to have the answer sent.
    stateMachine.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [poll.functionArn, onEvent.functionArn],
      }),
    );
    return stateMachine;
  }

  private createLifecycle(): Lifecycle {
    const { account, partition, region } = Stack.of(this);
    const any = (type: string): string => `arn:${partition}:bedrock:${region}:${account}:${type}/*`;
    const role =
      this.allowToRun(this.options.lifecycleRole) ?? new iam.Role(this, 'LifecycleRole', this.roleProps());
    // Apart from the role's default policy, which may change before the last model is deleted.
    const policy = new iam.Policy(this, 'LifecycleRolePolicy');
    policy.addStatements(
      // To start jobs, and to find one that is in progress or was left behind. AWS has no resource types
      // for these actions.
      new iam.PolicyStatement({
        actions: ['bedrock:CreateModelImportJob', 'bedrock:ListModelImportJobs'],
        resources: ['*'],
      }),
      // To follow jobs, and to tell those of this stack from others. IDs are not known before a job starts.
      new iam.PolicyStatement({
        actions: ['bedrock:GetModelImportJob', 'bedrock:ListTagsForResource'],
        resources: [any('model-import-job')],
      }),
      // To delete models. Their IDs are not known before they are imported.
      new iam.PolicyStatement({
        actions: ['bedrock:DeleteImportedModel', 'bedrock:GetImportedModel'],
        resources: [any('imported-model')],
      }),
      // To tag both, at their creation and later.
      new iam.PolicyStatement({
        actions: ['bedrock:TagResource', 'bedrock:UntagResource'],
        resources: [any('model-import-job'), any('imported-model')],
      }),
    );
    role.attachInlinePolicy(policy);
    const handler = new lambda.Function(this, 'Lifecycle', {
      ...this.functionProps('lifecycle'),
      role,
      description: 'Starts Amazon Bedrock model import jobs, and deletes imported models',
      timeout: LIFECYCLE_TIMEOUT,
    });
    // A policy of its own, which is deleted after the last model that needs it, not changed before.
    const invokePolicy = new iam.Policy(this, 'LifecyclePolicy', {
      statements: [
        // To import and delete models.
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }),
      ],
    });
    this.stateMachine.role.attachInlinePolicy(invokePolicy);
    return { handler, role, policies: [policy, invokePolicy] };
  }

  /**
   * The policy that lets the on-event function use the state machine. It is not the role's default
   * policy, which the function would wait for: the state machine itself waits for the function.
   */
  private createOnEventPolicy(role: iam.IRole, stateMachine: sfn.StateMachine): iam.Policy {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const policy = new iam.Policy(this, 'OnEventPolicy', {
      statements: [
        // To start a wait, and to find the waits that a newer event makes obsolete.
        new iam.PolicyStatement({
          actions: ['states:StartExecution', 'states:ListExecutions'],
          resources: [stateMachine.stateMachineArn],
        }),
        // To stop those. An execution's ARN ends with its name, which is made when it starts.
        new iam.PolicyStatement({ actions: ['states:StopExecution'], resources: [executions] }),
      ],
    });
    role.attachInlinePolicy(policy);
    return policy;
  }
}

function getJobStatement(jobArn: string): iam.PolicyStatement {
  // To poll.
  return new iam.PolicyStatement({ actions: ['bedrock:GetModelImportJob'], resources: [jobArn] });
}

function validate(props: ModelImportProviderProps): void {
  if (props.logGroup && props.logRetention) {
    throw new Error(
      "'logRetention' is for the log group that the provider creates: it cannot be used with 'logGroup'",
    );
  }
  for (const prop of ['vpcSubnets', 'securityGroups'] as const) {
    if (props[prop] && !props.vpc) {
      throw new Error(`'${prop}' can only be used with 'vpc'`);
    }
  }
}
