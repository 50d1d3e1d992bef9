import { Lazy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ModelSource, type ImportedModel, type ImportedModelProps } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { MODEL_TYPE } from '../../support/resource-types';
import {
  ENV,
  hasStatement,
  newStack,
  resourcesOfType,
  statementsAllowing,
  type Statement,
} from '../../support/templates';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const add = (props?: Partial<ImportedModelProps>): ImportedModel => addModel(stack, props);

const properties = (): Record<string, unknown> => resourcesOfType(stack, MODEL_TYPE)[0].Properties;
const definition = (): Record<string, unknown> => properties().definition as Record<string, unknown>;
const allowing = (action: string): Statement[] => statementsAllowing(stack, action);
const network = (): ec2.IVpc => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });

describe('the import role', () => {
  test('is trusted to Bedrock for jobs of this account only', () => {
    add();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Principal: { Service: 'bedrock.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '123456789012' },
              ArnEquals: { 'aws:SourceArn': Match.anyValue() },
            },
          },
        ],
      },
    });
  });

  test('reads the prefix only', () => {
    add();
    const [read] = allowing('s3:GetObject');
    const [list] = allowing('s3:ListBucket');
    expect(JSON.stringify(read.Resource)).toContain(':s3:::weights/models/llama/*');
    expect(read.Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } });
    expect(list.Condition).toMatchObject({
      // HeadBucket names no prefix.
      StringLikeIfExists: { 's3:prefix': ['models/llama', 'models/llama/*'] },
    });
  });

  test('reads a source whose URI is a token', () => {
    const uri = Lazy.string({ produce: () => 's3://weights/models/' });
    add({ source: ModelSource.fromS3Uri(uri) });
    expect(JSON.stringify(allowing('s3:GetObject')[0].Resource)).toContain('s3://weights/models/');
  });

  test("uses the model's key through Amazon Bedrock, as the model function does", () => {
    const kmsKey = new kms.Key(stack, 'Key');
    add({ kmsKey });
    const statement = {
      Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['bedrock.us-east-1.', { Ref: 'AWS::URLSuffix' }]] },
        },
      },
      Effect: 'Allow',
      Resource: stack.resolve(kmsKey.keyArn) as unknown,
    };
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'Lets Amazon Bedrock read the weights of a model',
      Policies: Match.arrayWith([
        { PolicyName: 'Key', PolicyDocument: { Statement: [statement], Version: '2012-10-17' } },
      ]),
    });
    hasStatement(template, statement);
    expect(allowing('kms:CreateGrant')).toHaveLength(2);
  });

  test("decrypts with the bucket's key", () => {
    const encryptionKey = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey });
    add({ source: ModelSource.fromBucket(bucket, 'models/'), preflight: false });
    expect(allowing('kms:Decrypt')).toEqual([
      { Action: 'kms:Decrypt', Effect: 'Allow', Resource: stack.resolve(encryptionKey.keyArn) as unknown },
    ]);
  });

  test("describes the key of another account's bucket, too", () => {
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1');
    const bucket = s3.Bucket.fromBucketAttributes(stack, 'Bucket', {
      bucketName: 'theirs',
      account: '111122223333',
      encryptionKey,
    });
    add({ source: ModelSource.fromBucket(bucket, 'models/'), preflight: false });
    expect(allowing('kms:DescribeKey')).toEqual([
      { Action: ['kms:Decrypt', 'kms:DescribeKey'], Effect: 'Allow', Resource: encryptionKey.keyArn },
    ]);
  });

  test('makes network interfaces in exactly these subnets, also when another account shares them', () => {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['us-east-1a'],
      privateSubnetIds: ['subnet-1'],
    });
    add({ vpc, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')] });
    const [made] = allowing('ec2:CreateNetworkInterface').filter(
      ({ Resource, Condition }) => Resource !== '*' && !Condition,
    );
    const arns = JSON.stringify(made.Resource);
    expect(arns).toContain(':ec2:us-east-1:*:subnet/subnet-1');
    expect(arns).toContain(':ec2:us-east-1:123456789012:security-group/sg-1');
    const [attached] = allowing('ec2:CreateNetworkInterfacePermission');
    expect(JSON.stringify(attached.Condition)).toContain(':ec2:us-east-1:*:subnet/subnet-1');
  });

  test('manages network interfaces for Bedrock with a VPC only', () => {
    add();
    expect(allowing('ec2:CreateNetworkInterface').filter(({ Resource }) => Resource !== '*')).toEqual([]);

    stack = newStack({}, ENV);
    add({ vpc: network() });
    const tagged = allowing('ec2:CreateNetworkInterface').find(({ Condition }) => Condition)!;
    expect(tagged.Condition).toMatchObject({
      StringEquals: { 'aws:RequestTag/BedrockManaged': 'true' },
      ArnLike: { 'aws:RequestTag/BedrockModelImportJobArn': expect.anything() as unknown },
    });
    expect(allowing('ec2:CreateTags')[0].Condition).toMatchObject({
      StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' },
    });
  });

  test('a role that is passed is used as it is', () => {
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/import');
    add({ role, preflight: false });
    expect(definition().roleArn).toBe('arn:aws:iam::123456789012:role/import');
    expect(allowing('s3:GetObject')).toEqual([]);
    expect(allowing('iam:PassRole')[0].Resource).toBe('arn:aws:iam::123456789012:role/import');
  });
});
