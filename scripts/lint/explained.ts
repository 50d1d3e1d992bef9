/** Why each finding in the sample stacks remains. A finding without an explanation fails the check. */
export const EXPLAINED: Record<string, string> = {
  'AwsSolutions-SF1':
    'off by default: stateMachineLogLevel turns it on, and the functions log each step anyway',
  'AwsSolutions-SF2': 'off by default: tracing turns it on, and needs permissions on all resources',
  'AwsSolutions-IAM5':
    'ARNs of jobs and models end with IDs that exist only at run time; the create and list operations of Bedrock, describing a network, log delivery and X-Ray have no resource types',
  'AwsSolutions-IAM4': "the sample's own function has the execution policy that CDK gives to functions",
  CKV_AWS_115: 'off by default: reservedConcurrentExecutions takes from what the account has',
  CKV_AWS_116:
    'only the waiter function is invoked asynchronously, and deadLetterQueue is off by default: the state machine handles the errors of the model function',
  CKV_AWS_117: 'off by default: vpc places the functions in one, which costs endpoints',
  CKV_AWS_119: 'off by default: encryptionKey encrypts the table of imports, at the price of a key',
  CKV_AWS_158: 'off by default: encryptionKey encrypts the log group, at the price of a key',
  CKV_AWS_173: "the sample's own function has the key that AWS owns",
  cloudwatch_log_group_encrypted_check: 'off by default: encryptionKey encrypts the log group',
  cloudwatch_log_group_retention_period_check: 'a month by default: logRetention keeps a year or more',
  dynamodb_table_encrypted_kms_check: 'off by default: encryptionKey encrypts the table of imports',
  lambda_inside_vpc_check: 'off by default: vpc places the functions in one',
  step_functions_state_machine_logging_enabled_check: 'off by default: stateMachineLogLevel turns it on',
  step_functions_state_machine_tracing_enabled_check: 'off by default: tracing turns it on',
  kms_create_grant_aws_service_check:
    "CDK's key policy leaves permissions to IAM policies, and Bedrock requires kms:CreateGrant of the caller: the permission is limited by kms:ViaService, as AWS documents it",
  sqs_dlq_check: "the sample's dead-letter queue has no dead-letter queue itself",
};
