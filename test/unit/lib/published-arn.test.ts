import { App, NestedStack, Stack, type Environment } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ImportedModel } from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { ENV, hasStatement, resourcesOfType } from '../../support/templates';

const NAME = '/models/llama';

let app: App;
beforeEach(() => {
  app = new App();
});

const newStack = (id: string, env: Environment = ENV): Stack => new Stack(app, id, { env });
const read = (stack: Stack, name = NAME) => ImportedModel.fromParameterName(stack, 'Llama', name);

describe('publishArn', () => {
  test.each([
    ['an owned model', addModel],
    ['a waiter', addWaiter],
  ])('writes the ARN of %s to a parameter of its stack', (_, add) => {
    const stack = newStack('Models');
    const model = add(stack);
    const parameter = model.publishArn(NAME);
    expect(Stack.of(parameter)).toBe(stack);
    Template.fromStack(stack).hasResourceProperties('AWS::SSM::Parameter', {
      Name: NAME,
      Type: 'String',
      Value: stack.resolve(model.importedModelArn) as object,
    });
  });

  test('writes one parameter for each name, however often it is called', () => {
    const stack = newStack('Models');
    const model = addModel(stack);
    expect(model.publishArn(NAME)).toBe(model.publishArn(NAME));
    model.publishArn('/models/chat');
    expect(resourcesOfType(stack, 'AWS::SSM::Parameter')).toHaveLength(2);
  });

  test.each(['', 'models/llama', '/models/', 'a b', '/aws/models', 'ssm-models', `/${'a/'.repeat(16)}b`])(
    'refuses the name %p, which Systems Manager would',
    (name) => {
      expect(() => addModel(newStack('Models')).publishArn(name)).toThrow(
        "'parameterName' must be the name of a parameter like /models/llama",
      );
    },
  );

  test('refuses a name that another model of the account and Region has published', () => {
    addModel(newStack('One')).publishArn(NAME);
    expect(() => addModel(newStack('Two')).publishArn(NAME)).toThrow(
      "'parameterName' must be published once in an account and Region, got: '/models/llama', published in One",
    );
  });

  test('takes the same name in another Region', () => {
    addModel(newStack('One')).publishArn(NAME);
    const two = newStack('Two', { ...ENV, region: 'us-west-2' });
    expect(() => addModel(two).publishArn(NAME)).not.toThrow();
  });

  test('of a model that the deployment does not wait for says why it cannot', () => {
    const model = addModel(newStack('Models'), { waitForCompletion: false });
    expect(() => model.publishArn(NAME)).toThrow('is known after the import only');
  });
});

describe('fromParameterName', () => {
  test('reads the ARN at each deployment, and grants on it', () => {
    const stack = newStack('Consumer');
    const model = read(stack);
    model.grantInvoke(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    const template = Template.fromStack(stack);
    const [parameter] = Object.keys(template.findParameters('*', { Default: NAME }));
    template.hasParameter(parameter, { Type: 'AWS::SSM::Parameter::Value<String>', Default: NAME });
    hasStatement(template, {
      Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      Resource: { Ref: parameter },
    });
  });

  test('allows to decrypt when it is given the key', () => {
    const stack = newStack('Consumer');
    const kmsKey = new kms.Key(stack, 'Key');
    const model = ImportedModel.fromParameterName(stack, 'Llama', NAME, { kmsKey });
    model.grantInvoke(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    hasStatement(Template.fromStack(stack), { Action: 'kms:Decrypt' });
  });

  test.each([true, false])(
    'has its stack deployed after the one that publishes (published first: %s)',
    (first) => {
      const models = newStack('Models');
      const consumer = newStack('Consumer');
      const steps = [() => void addModel(models).publishArn(NAME), () => void read(consumer)];
      (first ? steps : steps.reverse()).forEach((step) => step());
      expect(consumer.dependencies).toEqual([models]);
      // Nothing else connects the two, so that a change of the ARN cannot fail.
      Template.fromStack(models).templateMatches(Match.objectLike({ Outputs: Match.absent() }));
    },
  );

  test('of a nested stack has the stack around it wait', () => {
    const models = newStack('Models');
    addModel(models).publishArn(NAME);
    const consumer = newStack('Consumer');
    read(new NestedStack(consumer, 'Nested'));
    expect(consumer.dependencies).toEqual([models]);
  });

  test.each([
    ['another name', ENV, '/models/other'],
    ['another Region', { ...ENV, region: 'us-west-2' }, NAME],
  ])('waits for no stack that publishes %s', (_, env, name) => {
    addModel(newStack('Models', env)).publishArn(name);
    const consumer = newStack('Consumer');
    read(consumer);
    expect(consumer.dependencies).toEqual([]);
  });

  test('in the stack that publishes is refused: CloudFormation would read it before it is written', () => {
    const models = newStack('Models');
    addModel(models, {}, 'Own').publishArn(NAME);
    expect(() => read(models)).toThrow(
      "'parameterName' must be read in another stack than the one that publishes it, got: '/models/llama', published in Models",
    );
  });
});
