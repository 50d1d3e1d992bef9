import {
  MissingRemovalPolicies,
  RemovalPolicies,
  RemovalPolicy,
  type CfnResource,
  type Stack,
} from 'aws-cdk-lib';
import type { ImportedModel, ImportedModelProps } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { MODEL_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOfType } from '../../support/templates';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const add = (props?: Partial<ImportedModelProps>): ImportedModel => addModel(stack, props);

describe('removal', () => {
  const policies = (): unknown[] => {
    const { DeletionPolicy, UpdateReplacePolicy, Properties } = resourcesOfType(
      stack,
      MODEL_TYPE,
    )[0] as object as Record<string, Record<string, unknown>>;
    return [DeletionPolicy, UpdateReplacePolicy, Properties.deletionPolicy];
  };

  test('deletes the model by default, as CloudFormation does without a policy', () => {
    add();
    expect(policies()).toEqual([undefined, undefined, 'Delete']);
  });

  test.each<[string, string, (model: ImportedModel) => void]>([
    ['the prop', 'Retain', () => undefined],
    ['the method of every resource', 'Retain', (model) => model.applyRemovalPolicy(RemovalPolicy.RETAIN)],
    ['an aspect for missing policies', 'Retain', () => MissingRemovalPolicies.of(stack).retain()],
    ['an aspect for all policies', 'Retain', () => RemovalPolicies.of(stack).retain()],
    [
      'an aspect that keeps what came to be',
      'RetainExceptOnCreate',
      () => RemovalPolicies.of(stack).retainOnUpdateOrDelete(),
    ],
    [
      'an override',
      'Retain',
      (model) => {
        const resource = model.node.defaultChild as CfnResource;
        resource.addOverride('DeletionPolicy', 'Retain');
        resource.addOverride('UpdateReplacePolicy', 'Retain');
      },
    ],
  ])('%s says what the functions are told', (by, policy, apply) => {
    apply(add({ removalPolicy: by === 'the prop' ? RemovalPolicy.RETAIN : undefined }));
    expect(policies()).toEqual([policy, policy === 'Retain' ? 'Retain' : expect.anything(), policy]);
  });

  test('a policy for replaced models alone keeps all that a replacement has left', () => {
    const resource = add().node.defaultChild as CfnResource;
    resource.addOverride('UpdateReplacePolicy', 'Retain');
    expect(policies()).toEqual([undefined, 'Retain', 'Retain']);
  });

  test('an aspect for missing policies leaves one that is given', () => {
    add({ removalPolicy: RemovalPolicy.DESTROY });
    MissingRemovalPolicies.of(stack).retain();
    expect(policies()).toEqual(['Delete', 'Delete', 'Delete']);
  });

  test('there are no snapshots', () => {
    expect(() => add({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow('cannot be SNAPSHOT');
  });
});
