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
    const { DeletionPolicy, UpdateReplacePolicy } = resourcesOfType(stack, MODEL_TYPE)[0] as object as Record<
      string,
      unknown
    >;
    return [DeletionPolicy, UpdateReplacePolicy];
  };

  test('deletes the model by default, as CloudFormation does without a policy', () => {
    add();
    expect(policies()).toEqual([undefined, undefined]);
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
  ])(
    '%s is a policy of CloudFormation, and changes nothing that the functions are told',
    (by, policy, apply) => {
      const plain = newStack({}, ENV);
      addModel(plain);
      apply(add({ removalPolicy: by === 'the prop' ? RemovalPolicy.RETAIN : undefined }));
      expect(policies()).toEqual([policy, policy === 'Retain' ? 'Retain' : expect.anything()]);
      expect(resourcesOfType(stack, MODEL_TYPE)[0].Properties).toEqual(
        resourcesOfType(plain, MODEL_TYPE)[0].Properties,
      );
    },
  );

  test('an aspect for missing policies leaves one that is given', () => {
    add({ removalPolicy: RemovalPolicy.DESTROY });
    MissingRemovalPolicies.of(stack).retain();
    expect(policies()).toEqual(['Delete', 'Delete']);
  });

  test('there are no snapshots', () => {
    expect(() => add({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow('cannot be SNAPSHOT');
  });
});
