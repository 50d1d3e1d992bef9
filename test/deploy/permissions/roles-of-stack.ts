import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { LocalCloud } from '../../../local/cloud/cloud';
import type { ActionRequest } from '../../../local/iam/policy';
import type { Role } from '../../../local/iam/role';
import type { TestStack } from '../test-stack';
import { callsOfFunction, sendToQueue } from './calls-of-function';
import { callsOfStateMachine } from './calls-of-state-machine';
import { deployedResources, type Deployed } from './deployed-template';

/** A role of a stack, the names of the service that assumes it, and what that service does with it by itself. */
export interface StackRole {
  readonly logicalId: string;
  readonly role: Role;
  readonly services: readonly string[];
  /** The resource for which the service assumes it. */
  readonly sourceArn: string;
  readonly impliedCalls: readonly ActionRequest[];
}

/** The roles of a stack's functions, of its state machines, and of its imports. */
export async function rolesOf(cloud: LocalCloud, stack: TestStack, name: string): Promise<StackRole[]> {
  const resources = await deployedResources(cloud, name, await stack.resources());
  const ofType = (type: string): Deployed[] => resources.filter((each) => each.type === type);
  const machines = ofType('AWS::StepFunctions::StateMachine');
  const users = [
    ...ofType('AWS::Lambda::Function').map((each) => functionUser(each, ofType('AWS::SQS::Queue'))),
    ...(await machineUsers(cloud, machines)),
  ];
  const key = keyOf(machines[0]);
  const [table] = ofType('AWS::DynamoDB::Table');
  return await Promise.all(
    ofType('AWS::IAM::Role').map(async ({ logicalId, arn }) => {
      const role = (await cloud.iam.role(arn))!;
      const mine = users.filter(({ roleArn }) => roleArn === arn);
      const { services, sourceArn } = mine[0] ?? BEDROCK;
      const impliedCalls = [
        ...mine.flatMap(({ calls }) => calls),
        ...startsOf(cloud, role, key),
        ...usesOfTable(cloud, role, table),
      ];
      return { logicalId, role, services, sourceArn, impliedCalls };
    }),
  );
}

/** What assumes the role of an import. */
const BEDROCK = {
  services: ['bedrock.amazonaws.com'],
  sourceArn: 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/abcdefghijkl',
};

interface User {
  readonly services: readonly string[];
  readonly sourceArn: string;
  readonly roleArn: string;
  readonly calls: readonly ActionRequest[];
}

function functionUser({ arn, physicalId, properties }: Deployed, queues: Deployed[]): User {
  const { Role, KmsKeyArn, ...settings } = properties as { Role: string; KmsKeyArn?: string };
  const identity = { FunctionArn: arn, FunctionName: physicalId, KMSKeyArn: KmsKeyArn };
  const configuration: FunctionConfiguration = { ...settings, ...identity };
  const calls = [
    ...callsOfFunction(configuration),
    ...sendToQueue(configuration, keyOfQueue(configuration, queues)),
  ];
  return { services: ['lambda.amazonaws.com'], sourceArn: arn, roleArn: Role, calls };
}

async function machineUsers(cloud: LocalCloud, machines: Deployed[]): Promise<User[]> {
  const client = new SFNClient(cloud.clientConfig);
  return await Promise.all(
    machines.map(async ({ physicalId, properties }) => ({
      // Step Functions has a name in each Region besides.
      services: ['states.amazonaws.com', 'states.us-east-1.amazonaws.com'],
      sourceArn: physicalId,
      roleArn: properties.RoleArn as string,
      calls: await callsOfStateMachine(client, physicalId, properties),
    })),
  );
}

function keyOfQueue({ DeadLetterConfig }: FunctionConfiguration, queues: Deployed[]): string | undefined {
  const queue = queues.find(({ arn }) => arn === DeadLetterConfig?.TargetArn);
  return queue?.properties.KmsMasterKeyId as string | undefined;
}

function keyOf({ properties }: Deployed): string | undefined {
  return (properties as { EncryptionConfiguration?: { KmsKeyId?: string } }).EncryptionConfiguration
    ?.KmsKeyId;
}

/** Who starts or reads an execution that is encrypted under a key uses the key through Step Functions. */
function startsOf(cloud: LocalCloud, role: Role, key: string | undefined): ActionRequest[] {
  return key && uses(cloud, role, 'states')
    ? throughService('states', key, ['Decrypt', 'GenerateDataKey'])
    : [];
}

/**
 * Who reads or writes a table that is encrypted under a key uses the key through DynamoDB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
function usesOfTable(cloud: LocalCloud, role: Role, table: Deployed): ActionRequest[] {
  const { SSESpecification } = table.properties as { SSESpecification?: { KMSMasterKeyId?: string } };
  const key = SSESpecification?.KMSMasterKeyId;
  return key && uses(cloud, role, 'dynamodb') ? throughService('dynamodb', key, KEY_OF_TABLE) : [];
}

const KEY_OF_TABLE = [
  ...['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
  ...['ReEncryptFrom', 'ReEncryptTo'],
];

function uses(cloud: LocalCloud, role: Role, service: string): boolean {
  return cloud.iam.requestsOf(role).some(({ action }) => action.startsWith(`${service}:`));
}

function throughService(service: string, resource: string, actions: readonly string[]): ActionRequest[] {
  const context = { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` };
  return actions.map((action) => ({ action: `kms:${action}`, resource, context }));
}
