import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ModelImportProvider } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { MODEL_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOf, resourcesOfType, statementsAllowing } from '../../support/templates';

const TABLE = 'AWS::DynamoDB::Table';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

test('the table of imports costs nothing at rest, can be restored, forgets what has expired, and goes with the stack', () => {
  addModel(stack);
  Template.fromStack(stack).hasResource(TABLE, {
    Properties: {
      KeySchema: [{ AttributeName: 'resource', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'resource', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      TableName: Match.absent(),
    },
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
});

test('all models of a stack have one table, and are told its name', () => {
  addModel(stack, {}, 'A');
  addModel(stack, {}, 'B');
  const [id, ...others] = Object.keys(Template.fromStack(stack).findResources(TABLE));
  expect(others).toEqual([]);
  for (const { Properties } of resourcesOfType(stack, MODEL_TYPE)) {
    expect(Properties.tableName).toEqual({ Ref: id });
  }
});

test('the model function may read and write single items of the table, and nothing else', () => {
  addModel(stack);
  const [id] = Object.keys(Template.fromStack(stack).findResources(TABLE));
  const arn = { 'Fn::GetAtt': [id, 'Arn'] };
  expect(statementsAllowing(stack, 'dynamodb:GetItem')).toEqual([
    { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: arn },
  ]);
  expect(JSON.stringify(resourcesOf(stack)).match(/"dynamodb:\w+"/g)).toEqual([
    '"dynamodb:GetItem"',
    '"dynamodb:PutItem"',
  ]);
});

test("the provider's key encrypts the table, and the model function uses it through Amazon DynamoDB only", () => {
  const encryptionKey = new kms.Key(stack, 'Key');
  ModelImportProvider.getOrCreate(stack, { encryptionKey });
  addModel(stack);
  const throughDynamoDb = statementsAllowing(stack, 'kms:Decrypt').filter(({ Condition }) =>
    JSON.stringify(Condition ?? '').includes('dynamodb.us-east-1.'),
  );
  expect(throughDynamoDb).toEqual([
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: stack.resolve(encryptionKey.keyArn) as unknown,
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.us-east-1.', { Ref: 'AWS::URLSuffix' }]] },
        },
      },
    },
  ]);
});

test('the model function may read the events of its own stack, and of no other', () => {
  addModel(stack);
  expect(statementsAllowing(stack, 'cloudformation:DescribeStackEvents')).toEqual([
    { Effect: 'Allow', Action: 'cloudformation:DescribeStackEvents', Resource: { Ref: 'AWS::StackId' } },
  ]);
});

test('a model waits for the gateway endpoint of Amazon DynamoDB, in order to be deleted before it', () => {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    subnetConfiguration: [{ name: 'inner', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  const endpoint = vpc.addGatewayEndpoint('Table', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
  ModelImportProvider.getOrCreate(stack, {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  });
  addModel(stack);
  const [{ DependsOn }] = resourcesOfType(stack, MODEL_TYPE);
  expect(DependsOn).toContain(stack.getLogicalId(endpoint.node.defaultChild as ec2.CfnVPCEndpoint));
});

test('`adopt` is handed to the model function, and is no part of what defines the model', () => {
  const adopt = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
  addModel(stack, { adopt });
  const [{ Properties }] = resourcesOfType(stack, MODEL_TYPE);
  expect(Properties.adopt).toBe(adopt);
  expect(Properties.definition).not.toHaveProperty('adopt');
});
