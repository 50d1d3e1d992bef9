import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type DescribeStateMachineOutput,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ActionRequest } from '../../../local/iam/policy';
import { WRITE_TRACES } from './calls-of-function';

/** What Step Functions does with a state machine's role. The emulator asks nobody whether it may. */

/** A state machine, as far as its template says more than the emulator. */
interface Settings {
  readonly LoggingConfiguration?: { readonly Level?: string };
  readonly TracingConfiguration?: { readonly Enabled?: boolean };
  readonly EncryptionConfiguration?: { readonly KmsKeyId?: string };
}

export async function callsOfStateMachine(
  client: SFNClient,
  stateMachineArn: string,
  settings: Settings,
): Promise<ActionRequest[]> {
  const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const keyArn = settings.EncryptionConfiguration?.KmsKeyId;
  const { Level = 'OFF' } = settings.LoggingConfiguration ?? {};
  return [
    ...(await invocations(client, machine)),
    ...(keyArn ? encryptExecutions(keyArn, stateMachineArn) : []),
    ...(Level === 'OFF' ? [] : deliverLogs(stateMachineArn, keyArn)),
    ...(settings.TracingConfiguration?.Enabled ? [...WRITE_TRACES, ...SAMPLE_TRACES] : []),
  ];
}

const SAMPLE_TRACES: readonly ActionRequest[] = [
  { action: 'xray:GetSamplingRules', resource: '*' },
  { action: 'xray:GetSamplingTargets', resource: '*' },
];

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html */
function encryptExecutions(resource: string, machineArn: string): ActionRequest[] {
  const context = { 'kms:EncryptionContext:aws:states:stateMachineArn': machineArn };
  return ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({ action, resource, context }));
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
function deliverLogs(machineArn: string, keyArn?: string): ActionRequest[] {
  const [, partition, , region, account] = machineArn.split(':');
  const context = { 'kms:EncryptionContext:SourceArn': `arn:${partition}:logs:${region}:${account}:*` };
  return [
    ...LOG_DELIVERY.map((action) => ({ action: `logs:${action}`, resource: '*' })),
    ...(keyArn ? [{ action: 'kms:GenerateDataKey', resource: keyArn, context }] : []),
  ];
}

const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
];

type State = { readonly Parameters?: { readonly 'FunctionName.$'?: string; readonly FunctionName?: string } };

/** The functions that its executions invoked: the definition says where their ARNs stand in the state. */
async function invocations(client: SFNClient, machine: DescribeStateMachineOutput): Promise<ActionRequest[]> {
  const { States } = JSON.parse(machine.definition!) as { States: Record<string, State> };
  const { stateMachineArn } = machine;
  const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
  const found = new Set<string>();
  for (const { executionArn } of executions!) {
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    for (const { stateEnteredEventDetails: entered } of events!) {
      const { FunctionName, 'FunctionName.$': path } = (entered && States[entered.name!].Parameters) ?? {};
      if (FunctionName ?? path) {
        found.add(FunctionName ?? valueAt(path!, JSON.parse(entered!.input!)));
      }
    }
  }
  return [...found].map((resource) => ({ action: 'lambda:InvokeFunction', resource }));
}

/** The text at a path such as `$.event.ResourceProperties.ServiceToken`. */
function valueAt(path: string, state: unknown): string {
  const fields = path.split('.').slice(1);
  return fields.reduce((value, field) => (value as Record<string, unknown>)[field], state) as string;
}
