import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Properties of a `ModelImportProvider`.
 */
export interface ModelImportProviderProps {
  /**
   * The VPC of the functions.
   *
   * The functions need a way to Amazon Bedrock, AWS Step Functions and Amazon S3, and for an `ImportedModel` also to
   * AWS CloudFormation and Amazon DynamoDB: a NAT gateway, or the interface endpoints `bedrock`, `states` and
   * `cloudformation` and the gateway endpoints of Amazon S3 and Amazon DynamoDB. Answers to CloudFormation go to
   * Amazon S3. A waiter with `assumedRole` also needs the endpoint `sts`, one with a smoke test `bedrock-runtime`.
   * Logs need no endpoint. An interface endpoint serves its own Region only: a job in another Region requires a NAT
   * gateway.
   *
   * Waiters and models depend on the routes, gateways and endpoints that the app creates for the VPC, in the VPC's
   * stack by the methods of the VPC, or in their own stack. `bedrock-runtime` is the exception, because its endpoint
   * policy may name the model.
   *
   * @default - The functions do not run in a VPC.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the functions. Requires `vpc`.
   *
   * @default - The CDK's default for functions: the private subnets with egress.
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the functions' network interfaces. Requires `vpc`.
   *
   * @default - With `vpc`, a new security group for each function.
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The key that encrypts the environment variables of the functions, the data of executions, and the log group and
   * the table of imports that this construct creates.
   *
   * A symmetric key in the stack's Region, not an alias.
   *
   * The data of an execution contains the `ResponseURL` of a request, which is a secret. With this key, principals
   * that may describe executions also need `kms:Decrypt` on the key to read it, and Step Functions leaves it out of
   * the events that it sends to Amazon EventBridge.
   *
   * The CDK cannot change the policy of an imported key: a warning shows the statements that it must contain.
   *
   * @default - Keys that AWS owns.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The log group of the functions and, with `stateMachineLogLevel`, of the state machine.
   *
   * Pass one of your own to keep the logs when the stack is rolled back or destroyed. Excludes `logRetention`.
   *
   * @default - A new log group, which is deleted with the stack.
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the log group that this construct creates keeps log events. Excludes `logGroup`.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Which events of its executions the state machine logs, to the log group of the functions.
   *
   * The log never contains the data of executions, because that contains a secret. The functions log each poll and
   * each answer whatever the level.
   *
   * @default LogLevel.OFF
   */
  readonly stateMachineLogLevel?: sfn.LogLevel;

  /**
   * Whether AWS X-Ray traces the functions and the state machine.
   *
   * @default false
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
   */
  readonly tracing?: boolean;

  /**
   * The reserved concurrency of each function: a whole number of 1 or more.
   *
   * Lambda reserves it from the concurrency of the account and Region. An invocation that exceeds it is throttled
   * and retried, so a small number delays polls and answers but does not fail them.
   *
   * @default - The functions share the unreserved concurrency of the account.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The queue to which AWS Lambda sends a request of CloudFormation after the waiter function has failed for it three
   * times.
   *
   * The message contains the `ResponseURL` of the request, which is a secret: encrypt the queue, and restrict who can
   * read it. A queue does not change what happens to the deployment: CloudFormation waits for an answer until the
   * service timeout of the custom resource.
   *
   * @default - Lambda drops such requests.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The role of the waiter function, which receives the requests of CloudFormation, polls, and sends the answers.
   *
   * It must trust `lambda.amazonaws.com`. The provider adds the permissions, unless the CDK cannot change the role.
   * Then the role must have them already: `logs:CreateLogStream` and `logs:PutLogEvents` on the log group;
   * `states:StartExecution` on the state machine; `bedrock:GetModelImportJob` on the jobs,
   * `bedrock:GetImportedModel` on the models and `bedrock:ListImportedModels`, or `sts:AssumeRole` on the roles to
   * assume; with a smoke test `bedrock:InvokeModel` on the models and `kms:Decrypt` on their key; with a dead-letter
   * queue `sqs:SendMessage` on it; with an encryption key `kms:Decrypt` and `kms:GenerateDataKey` on it. The page
   * "Permissions" of the docs also lists what both functions need for a VPC, an encryption key and tracing.
   *
   * @default - A new role with these permissions.
   */
  readonly waiterRole?: iam.IRole;

  /**
   * The role of the model function, which starts imports and deletes models. Only an `ImportedModel` needs it.
   *
   * It must trust `lambda.amazonaws.com`. The provider adds the permissions, unless the CDK cannot change the role.
   * Then the role must have them already: `logs:CreateLogStream` and `logs:PutLogEvents` on the log group;
   * `bedrock:CreateModelImportJob`, `bedrock:ListModelImportJobs`, `bedrock:ListImportedModels`,
   * `bedrock:GetModelImportJob`, `bedrock:GetImportedModel`, `bedrock:DeleteImportedModel`, `bedrock:TagResource` and
   * `bedrock:UntagResource`; `dynamodb:GetItem` and `dynamodb:PutItem` on the table of imports;
   * `cloudformation:DescribeStackEvents` on the stack; `iam:PassRole` on the import roles; on a model's key
   * `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey` and `kms:GenerateDataKey`; for the pre-flight check
   * `s3:ListBucket` and `s3:GetObject` on the weights and `kms:Decrypt` on their key; and what both functions need, as
   * under `waiterRole`.
   *
   * @default - A new role with these permissions.
   */
  readonly modelRole?: iam.IRole;

  /**
   * The role of the state machine, which invokes the functions.
   *
   * It must trust `states.amazonaws.com`. The provider adds the permissions, unless the CDK cannot change the role.
   * Then the role must have them already: `lambda:InvokeFunction` on the functions; with an encryption key
   * `kms:Decrypt` and `kms:GenerateDataKey` on it; with tracing the actions of AWS X-Ray; with a log level those of
   * log delivery.
   *
   * @default - A new role with these permissions.
   */
  readonly stateMachineRole?: iam.IRole;
}
