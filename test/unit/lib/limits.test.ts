import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ModelSource, SmokeTest, type ImportedModelProps } from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { JOB_ARN } from '../../support/job';
import { WAITER_TYPE } from '../../support/resource-types';
import {
  ENV,
  newStack,
  policyDocuments,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
  type Resource,
} from '../../support/templates';

describe('resources', () => {
  test('the first waiter adds at most 8, the next one exactly 1', () => {
    const stack = newStack();
    addWaiter(stack);
    const first = Object.keys(resourcesOf(stack)).length;
    expect(first).toBeLessThanOrEqual(8);
    const more = newStack();
    addWaiter(more);
    addWaiter(more, { jobIdentifier: 'another' }, 'Second');
    expect(Object.keys(resourcesOf(more))).toHaveLength(first + 1);
  });

  describe.each([true, false])('of 100 waiters on literal ARNs (minimizePolicies: %s)', (minimized) => {
    const stack = newStack({ '@aws-cdk/aws-iam:minimizePolicies': minimized });
    const arns = Array.from({ length: 100 }, (_, index) =>
      JOB_ARN.replace('abc123def456', String(index).padStart(12, '0')),
    );
    arns.forEach((jobIdentifier, index) => addWaiter(stack, { jobIdentifier }, `W${index}`));

    test('each further one adds exactly 1', () => {
      const single = newStack({ '@aws-cdk/aws-iam:minimizePolicies': minimized });
      addWaiter(single);
      expect(Object.keys(resourcesOf(stack))).toHaveLength(Object.keys(resourcesOf(single)).length + 99);
      expect(Object.keys(resourcesOf(stack)).length).toBeLessThan(500);
    });

    test('every job is allowed', () => {
      const allowed = statementsAllowing(stack, 'bedrock:GetModelImportJob').flatMap((s) => s.Resource);
      expect([...allowed].sort()).toEqual([...arns].sort());
    });

    test("the policies together stay under IAM's 10,240 characters of one role", () => {
      const size = policyDocuments(stack)
        .map((document) => JSON.stringify(document).replace(/\s/g, '').length)
        .reduce((sum, next) => sum + next);
      expect(size).toBeLessThan(10_240);
    });
  });

  describe('of 200 waiters on literal ARNs', () => {
    const stack = newStack();
    const arns = Array.from({ length: 200 }, (_, index) =>
      JOB_ARN.replace('us-east-1', 'eu-central-1').replace('abc123def456', String(index).padStart(12, '0')),
    );
    arns.forEach((jobIdentifier, index) => addWaiter(stack, { jobIdentifier }, `W${index}`));
    const resources = resourcesOf(stack);
    const ofType = (type: string): Resource[] => Object.values(resources).filter(({ Type }) => Type === type);

    test("stay under CloudFormation's 500", () => {
      expect(Object.keys(resources).length).toBeLessThan(500);
    });

    test('move to managed policies instead of breaking a limit of IAM', () => {
      const managed = ofType('AWS::IAM::ManagedPolicy');
      expect(managed.length).toBeGreaterThan(0);
      for (const { Properties } of managed) {
        expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6144);
      }
      const inline = ofType('AWS::IAM::Policy');
      expect(inline).toHaveLength(2);
      for (const { Properties } of inline) {
        expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(10_240);
      }
    });

    test('each wait for the policy that names its job, and for no other list', () => {
      const waiters = ofType(WAITER_TYPE);
      expect(waiters).toHaveLength(200);
      for (const { Properties, DependsOn = [] } of waiters) {
        const lists = DependsOn.filter((id) =>
          JSON.stringify(resources[id].Properties.PolicyDocument).includes('model-import-job'),
        );
        const named = lists.filter((id) =>
          JSON.stringify(resources[id].Properties).includes(Properties.jobIdentifier as string),
        );
        expect(named).toHaveLength(1);
        expect(lists.filter((id) => id.includes('Overflow')).every((id) => named.includes(id))).toBe(true);
      }
    });
  });
});

describe.each([true, false])('many models (minimizePolicies: %s)', (minimized) => {
  const context = { '@aws-cdk/aws-iam:minimizePolicies': minimized };

  /** The characters of each policy of a role, as they might be deployed. */
  function sizes(stack: Stack, role: string): { inline: number; managed: number[] } {
    const ofRole = (type: string): number[] =>
      resourcesOfType(stack, type)
        .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
        .map(({ Properties }) => JSON.stringify(deployed(Properties.PolicyDocument)).length);
    return {
      inline: ofRole('AWS::IAM::Policy').reduce((sum, size) => sum + size, 0),
      managed: ofRole('AWS::IAM::ManagedPolicy'),
    };
  }

  test.each<[string, number, (stack: Stack, index: number) => Partial<ImportedModelProps>]>([
    ['30 with no key', 30, () => ({})],
    ['30 under one key', 30, (stack) => ({ kmsKey: keyOf(stack, 0) })],
    ['13 with keys of their own', 13, (stack, index) => ({ kmsKey: keyOf(stack, index) })],
    [
      '60 with keys of their own and prefixes of 230 characters',
      60,
      (stack, index) => ({
        kmsKey: keyOf(stack, index),
        source: ModelSource.fromBucket(bucketOf(stack), `${'p'.repeat(226)}/${index}/`),
      }),
    ],
    [
      '10 with prefixes of 900 characters',
      10,
      (_, index) => ({ source: ModelSource.fromS3Uri(`s3://weights/${'p'.repeat(900)}/${index}/`) }),
    ],
    [
      '60 with smoke tests and keys of their own',
      60,
      (stack, index) => ({
        kmsKey: keyOf(stack, index),
        smokeTest: SmokeTest.converse({ prompt: 'Hello' }),
      }),
    ],
  ])('of which there are %s fit into the policies of each role', (_, count, props) => {
    const stack = newStack(context, ENV);
    for (let index = 0; index < count; index++) {
      addModel(stack, props(stack, index), `Model${index}`);
    }
    for (const role of ['ModelRole', 'WaiterRole']) {
      const { inline, managed } = sizes(stack, role);
      expect(inline).toBeLessThan(10_240 - 1_000);
      expect(managed.length).toBeLessThanOrEqual(10);
      expect(Math.max(0, ...managed)).toBeLessThanOrEqual(6_144);
    }
  });
});

test('more than fits into the policies of a role is refused with the way out', () => {
  const stack = newStack({}, ENV);
  for (let index = 0; index < 60; index++) {
    const source = ModelSource.fromS3Uri(`s3://weights/${'p'.repeat(950)}/${index}/`);
    addModel(stack, { source }, `Model${index}`);
  }
  expect(() => Template.fromStack(stack)).toThrow("set 'preflight: false' on some models");
});

test('as many roles as there are waiters fit into the policies of the poll role', () => {
  const stack = newStack({}, ENV);
  for (let index = 0; index < 200; index++) {
    const arn = `arn:aws:iam::111122223333:role/reader-of-import-jobs-${index}`;
    addWaiter(stack, { assumedRole: iam.Role.fromRoleArn(stack, `Role${index}`, arn) }, `Wait${index}`);
  }
  expect(statementsAllowing(stack, 'sts:AssumeRole').flatMap(({ Resource }) => Resource)).toHaveLength(200);
  expect(resourcesOfType(stack, 'AWS::IAM::ManagedPolicy').length).toBeGreaterThan(0);
});

function keyOf(stack: Stack, index: number): kms.IKey {
  const id = `Key${index}`;
  return (stack.node.tryFindChild(id) ?? new kms.Key(stack, id)) as kms.IKey;
}

function bucketOf(stack: Stack): s3.IBucket {
  return (stack.node.tryFindChild('Bucket') ??
    s3.Bucket.fromBucketName(stack, 'Bucket', 'w'.repeat(63))) as s3.IBucket;
}

/** A part of a template as it might be deployed. */
function deployed(part: unknown): unknown {
  if (Array.isArray(part)) {
    return part.map(deployed);
  }
  if (typeof part !== 'object' || part === null) {
    return part;
  }
  const [[key, value]] = Object.entries(part as Record<string, unknown>);
  switch (key) {
    case 'Ref':
      return { 'AWS::Partition': 'aws', 'AWS::Region': 'ap-southeast-2' }[value as string] ?? '123456789012';
    case 'Fn::GetAtt':
      return `arn:aws:iam::123456789012:role/${'r'.repeat(64)}`;
    case 'Fn::Join':
      return (value as [string, unknown[]])[1].map(deployed).join('');
    default:
      return Object.fromEntries(
        Object.entries(part as Record<string, unknown>).map(([name, each]) => [name, deployed(each)]),
      );
  }
}
