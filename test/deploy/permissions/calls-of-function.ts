import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { ActionRequest } from '../../../local/iam/policy';

/**
 * What Lambda does with a function's role, and checks when the function is created. The emulator does neither.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export function callsOfFunction(configuration: FunctionConfiguration): ActionRequest[] {
  return [
    ...writeLogs(configuration),
    ...haveNetworkInterfaces(configuration),
    ...(configuration.TracingConfig?.Mode === 'Active' ? WRITE_TRACES : []),
    ...decryptEnvironment(configuration),
  ];
}

/** To record what the function did, with AWS X-Ray. */
export const WRITE_TRACES: readonly ActionRequest[] = [
  { action: 'xray:PutTraceSegments', resource: '*' },
  { action: 'xray:PutTelemetryRecords', resource: '*' },
];

function writeLogs({ FunctionArn, FunctionName, LoggingConfig }: FunctionConfiguration): ActionRequest[] {
  const [, partition, , region, account] = FunctionArn!.split(':');
  const group = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  const stream = `arn:${partition}:logs:${region}:${account}:log-group:${group}:log-stream:stream`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resource: stream }));
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
function haveNetworkInterfaces({ FunctionArn, VpcConfig }: FunctionConfiguration): ActionRequest[] {
  const { SubnetIds = [], SecurityGroupIds = [] } = VpcConfig ?? {};
  if (SubnetIds.length === 0) {
    return [];
  }
  const [, partition, , region, account] = FunctionArn!.split(':');
  const arn = (resource: string): string => `arn:${partition}:ec2:${region}:${account}:${resource}`;
  const on = (resource: string, ...actions: string[]): ActionRequest[] =>
    actions.map((action) => ({ action: `ec2:${action}`, resource }));
  return [
    ...on('*', 'DescribeNetworkInterfaces', 'DescribeSubnets'),
    ...on(arn('network-interface/eni-1'), 'CreateNetworkInterface', 'DeleteNetworkInterface'),
    ...on(arn('network-interface/eni-1'), 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'),
    ...SubnetIds.flatMap((id) => on(arn(`subnet/${id}`), 'CreateNetworkInterface')),
    ...SecurityGroupIds.flatMap((id) => on(arn(`security-group/${id}`), 'CreateNetworkInterface')),
    // A VPC that another account shares.
    ...on(arn('subnet/subnet-1').replace(account, '111111111111'), 'CreateNetworkInterface'),
    ...on(arn('security-group/sg-1').replace(account, '111111111111'), 'CreateNetworkInterface'),
  ];
}

function decryptEnvironment({ FunctionArn, KMSKeyArn }: FunctionConfiguration): ActionRequest[] {
  const region = FunctionArn!.split(':')[3];
  const context = { 'kms:ViaService': `lambda.${region}.amazonaws.com` };
  return KMSKeyArn ? [{ action: 'kms:Decrypt', resource: KMSKeyArn, context }] : [];
}

/** To put an event that failed into the dead-letter queue, which uses the key on behalf of the function. */
export function sendToQueue(
  { DeadLetterConfig, FunctionArn }: FunctionConfiguration,
  keyArn?: string,
): ActionRequest[] {
  const queue = DeadLetterConfig?.TargetArn;
  if (!queue) {
    return [];
  }
  const context = { 'kms:ViaService': `sqs.${FunctionArn!.split(':')[3]}.amazonaws.com` };
  const encrypt = ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({
    action,
    resource: keyArn!,
    context,
  }));
  return [{ action: 'sqs:SendMessage', resource: queue }, ...(keyArn ? encrypt : [])];
}
