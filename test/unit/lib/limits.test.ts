import { addModel, addWaiter } from '../../support/constructs';
import { JOB_ARN } from '../../support/job';
import { WAITER_TYPE } from '../../support/resource-types';
import {
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
      expect(managed).toHaveLength(2);
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

describe('thirty models', () => {
  /** The characters of the policies of the model role, with the longest ARN that a role can have. */
  const sizes = (type: string): number[] => {
    const stack = newStack();
    for (let index = 0; index < 30; index++) {
      addModel(stack, {}, `ModelNumber${index}`);
    }
    return resourcesOfType(stack, type)
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('ModelRole'))
      .map(({ Properties }) => JSON.stringify(deployed(Properties.PolicyDocument)).length);
  };

  test('fit the inline policies of one role', () => {
    const inline = sizes('AWS::IAM::Policy');
    expect(inline).toHaveLength(31);
    expect(inline.reduce((sum, size) => sum + size, 0)).toBeLessThan(10_240);
  });

  test('are looked at with as many managed policies as a role may have, none too long', () => {
    const managed = sizes('AWS::IAM::ManagedPolicy');
    expect(managed.length).toBeLessThanOrEqual(10);
    expect(Math.max(...managed)).toBeLessThan(6144 / 2);
  });
});

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
