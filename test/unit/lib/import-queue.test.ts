import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { ImportedModel, ImportedModelProps } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOfType } from '../../support/templates';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const add = (props?: Partial<ImportedModelProps>, id?: string): ImportedModel => addModel(stack, props, id);

describe('several models of a stack', () => {
  const dependencies = (): string[][] =>
    resourcesOfType(stack, MODEL_TYPE).map(({ DependsOn }) => DependsOn as string[]);
  const idsOf = (type: string): string[] => Object.keys(Template.fromStack(stack).findResources(type));

  test('are imported one after another', () => {
    add({}, 'First');
    add({}, 'Second');
    const [first, second] = dependencies();
    const [firstWaiter, secondWaiter] = idsOf(WAITER_TYPE);
    expect(second).toContain(firstWaiter);
    expect(first).not.toContain(secondWaiter);
  });

  test('start one after another when the deployment does not wait', () => {
    add({ waitForCompletion: false }, 'First');
    add({ waitForCompletion: false }, 'Second');
    expect(dependencies()[1]).toContain(idsOf(MODEL_TYPE)[0]);
  });
});

describe('models of one stack are imported in the order of their creation', () => {
  const ERROR =
    'Stack/First depends on Stack/Second, which is imported after it: models are imported in the order in which the app creates them, so create Stack/Second first';

  test('and one that depends on a later one is an error', () => {
    const [first, second] = [add({}, 'First'), add({}, 'Second')];
    first.node.addDependency(second);
    expect(() => Template.fromStack(stack)).toThrow(ERROR);
  });

  test('also when something else lies between them', () => {
    const [first, second] = [add({}, 'First'), add({}, 'Second')];
    first.node.addDependency(new ssm.StringParameter(stack, 'Between', { stringValue: second.jobArn }));
    expect(() => Template.fromStack(stack)).toThrow(ERROR);
  });

  test('also when only an attribute ties them', () => {
    const triggers: Record<string, string> = {};
    add({ triggers }, 'First');
    triggers.base = add({}, 'Second').importedModelArn;
    expect(() => Template.fromStack(stack)).toThrow(ERROR);
  });

  test('and one that depends on an earlier one is none, nor a circle', () => {
    const [first, second] = [add({}, 'First'), add({}, 'Second')];
    second.node.addDependency(first);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('and models of two stacks are ordered by a dependency between the stacks', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map((id) => new Stack(app, id, { env: ENV }));
    addModel(a);
    addModel(b);
    b.node.addDependency(a);
    expect(() => app.synth()).not.toThrow();
  });
});
