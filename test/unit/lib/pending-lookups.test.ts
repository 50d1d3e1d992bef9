import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ImportedModel, ModelImportJobWaiter, ModelSource } from '../../../lib/index';
import { ENV, newStack } from '../../support/templates';

/** A first synthesis puts placeholders where the CLI has not looked yet; it looks, and synthesizes again. */

const SOURCE = ModelSource.fromS3Uri('s3://weights/llama/');

type Use = (stack: Stack, value: string) => unknown;

const USES: [string, Use][] = [
  ['jobIdentifier', (stack, value) => new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: value })],
  [
    'region',
    (stack, value) => new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: 'job', region: value }),
  ],
  [
    'externalId',
    (stack, value) =>
      new ModelImportJobWaiter(stack, 'Wait', {
        jobIdentifier: 'job',
        assumedRole: iam.Role.fromRoleName(stack, 'Role', 'reader'),
        externalId: value,
      }),
  ],
  [
    'expectedModelDataSourceS3Uri',
    (stack, value) =>
      new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: 'job', expectedModelDataSourceS3Uri: value }),
  ],
  ['uri', (stack, value) => new ImportedModel(stack, 'Model', { source: ModelSource.fromS3Uri(value) })],
  [
    'bucketOwnerAccountId',
    (stack, value) =>
      new ImportedModel(stack, 'Model', {
        source: ModelSource.fromS3Uri('s3://weights/llama/', { bucketOwnerAccountId: value }),
      }),
  ],
  [
    'importedModelName',
    (stack, value) => new ImportedModel(stack, 'Model', { source: SOURCE, importedModelName: value }),
  ],
  [
    'importedModelArn',
    (stack, value) =>
      ImportedModel.fromImportedModelArn(stack, 'Model', value).grantInvoke(
        new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }),
      ),
  ],
];

/** An app that looks a parameter up, with what the CLI has found so far. */
function synthesize(use: Use, found?: string): Stack {
  const context = found === undefined ? {} : { [KEY]: found };
  const stack = new Stack(new App({ context }), 'Stack', { env: ENV });
  use(stack, ssm.StringParameter.valueFromLookup(stack, '/?/'));
  return stack;
}

const KEY = 'ssm:account=123456789012:parameterName=/?/:region=us-east-1';

test.each(USES)('a value of %s that is still to be looked up passes', (_, use) => {
  const stack = synthesize(use);
  expect(() => Template.fromStack(stack)).not.toThrow();
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test.each(USES)('a value of %s that was looked up is checked', (prop, use) => {
  expect(() => synthesize(use, '?')).toThrow(new RegExp(`^'${prop}' must .*got: '\\?'$`));
});

test('a value that is a part of a text passes, too', () => {
  const use: Use = (stack, value) =>
    new ImportedModel(stack, 'Model', { source: ModelSource.fromS3Uri(`s3://${value}/llama/`) });
  expect(() => Template.fromStack(synthesize(use))).not.toThrow();
  expect(() => synthesize(use, '?')).toThrow("got: 's3://?/llama/'");
});

describe('subnets of a VPC', () => {
  test.each<[string, ec2.SubnetSelection]>([
    ['a group', { subnetGroupName: 'data' }],
    ['a zone', { availabilityZones: ['us-east-1c'] }],
  ])('that is still to be looked up pass, by %s', (_, vpcSubnets) => {
    const stack = newStack({}, ENV);
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' });
    new ImportedModel(stack, 'Model', { source: SOURCE, vpc, vpcSubnets });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('that was looked up are checked', () => {
    const stack = newStack({}, ENV);
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-12345678',
      availabilityZones: ['us-east-1a'],
      privateSubnetIds: ['subnet-12345678'],
    });
    const vpcSubnets = { availabilityZones: ['us-east-1c'] };
    expect(() => new ImportedModel(stack, 'Model', { source: SOURCE, vpc, vpcSubnets })).toThrow(
      "'vpcSubnets' must select 1 to 16 subnets of 'vpc', got: 0",
    );
  });
});
