import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { resourcesInSeries, type OrderedTemplate } from '../../../bench/resources-in-series';
import { addModel, addWaiter } from '../../support/constructs';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import { newStack, resourcesOf, type Resource } from '../../support/templates';

function chain(type: string, add: (stack: Stack) => void): string[] {
  const stack = newStack();
  add(stack);
  const template = Template.fromStack(stack).toJSON() as OrderedTemplate;
  return resourcesInSeries(template, type).map((id) => template.Resources[id].Type);
}

describe('resources in series', () => {
  test('up to the first waiter are four: a role, what has it, a policy, the waiter', () => {
    expect(chain(WAITER_TYPE, addWaiter)).toEqual([
      'AWS::IAM::Role',
      expect.stringMatching(/Lambda::Function|StateMachine/),
      'AWS::IAM::Policy',
      WAITER_TYPE,
    ]);
  });

  test('up to a waiter on a name, in two Regions, are four', () => {
    const types = chain(WAITER_TYPE, (stack) => {
      addWaiter(stack, { jobIdentifier: 'llama' }, 'Here');
      addWaiter(stack, { jobIdentifier: 'llama', region: 'us-west-2' }, 'There');
    });
    expect(types).toHaveLength(4);
  });

  test('up to a waiter that asks as another role are four', () => {
    const types = chain(WAITER_TYPE, (stack) => {
      const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/reader');
      addWaiter(stack, { jobIdentifier: 'llama', assumedRole: role });
    });
    expect(types).toHaveLength(4);
  });

  test('up to the first link of a long wait are four', () => {
    const types = chain(WAITER_TYPE, (stack) => {
      addWaiter(stack, { timeout: Duration.hours(12) });
    });
    expect(types).toHaveLength(4);
  });

  test('up to the start of the first import are four', () => {
    expect(chain(MODEL_TYPE, addModel)).toHaveLength(4);
  });
});

describe('what a deletion takes is there as it was until the last model is deleted', () => {
  /** What a model's custom resource needs to be deleted, directly or not. */
  function neededBy(resources: Record<string, Resource>, modelId: string): Set<string> {
    const names = Object.keys(resources);
    const needed = new Set<string>();
    const visit = (id: string): void => {
      const text = JSON.stringify([resources[id].Properties, resources[id].DependsOn]);
      for (const name of names.filter((each) => text.includes(`"${each}"`) && !needed.has(each))) {
        needed.add(name);
        visit(name);
      }
    };
    visit(modelId);
    return needed;
  }

  /** What a deletion takes of a resource: not what the waiter's policy says of jobs and models, which are for polls. */
  function forDeletion(id: string, { Properties }: Resource): string {
    return JSON.stringify(Properties, (key, value: unknown) =>
      key === 'Statement' && id.includes('WaiterPolicy')
        ? (value as { Action: unknown }[]).filter(({ Action }) => !String(Action).startsWith('bedrock:'))
        : value,
    );
  }

  /** The resources that an update changes before it deletes a model, although the deletion needs them. */
  function changedTooEarly(before: (stack: Stack) => void, after: (stack: Stack) => void): string[] {
    const [old, next] = [before, after].map((add) => {
      const stack = newStack();
      add(stack);
      return resourcesOf(stack);
    });
    const [removed] = Object.keys(old).filter((id) => old[id].Type === MODEL_TYPE && !(id in next));
    return [...neededBy(old, removed)].filter(
      (id) => id in next && forDeletion(id, next[id]) !== forDeletion(id, old[id]),
    );
  }

  test('by an update that removes the last model, and keeps a waiter', () => {
    const before = (stack: Stack): void => {
      addWaiter(stack);
      addModel(stack);
    };
    expect(changedTooEarly(before, addWaiter)).toEqual([]);
  });

  test('by an update that removes one of two models', () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/1';
    const before = (stack: Stack): void => {
      addModel(stack, {}, 'Kept');
      addModel(stack, { kmsKey: kms.Key.fromKeyArn(stack, 'Key', key) }, 'Gone');
    };
    expect(changedTooEarly(before, (stack) => void addModel(stack, {}, 'Kept'))).toEqual([]);
  });

  test('by an update that changes the key of a model, which imports it anew', () => {
    const key = (stack: Stack, id: string): kms.IKey =>
      kms.Key.fromKeyArn(stack, id, `arn:aws:kms:us-east-1:123456789012:key/${id}`);
    const stacks = ['1', '2'].map((id) => {
      const stack = newStack();
      addModel(stack, { kmsKey: key(stack, id) });
      return resourcesOf(stack);
    });
    const keyPolicies = stacks.map((resources) =>
      Object.keys(resources).filter((id) => id.includes('ModelKeyPolicy')),
    );
    expect(keyPolicies.map((ids) => ids.length)).toEqual([1, 1]);
    expect(keyPolicies[0]).not.toEqual(keyPolicies[1]);
  });
});
