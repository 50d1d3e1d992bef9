import { CrossStackReferences, NestedStack, ReferenceStrength, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { own, use, useApp } from '../../support/cross-stack';
import { ENV } from '../../support/templates';

/** Weak references are of a newer CDK than the lowest supported one. */

const WEAK = 'cdk-bedrock-model-import:weakReference';
const STRENGTH = '@aws-cdk/core:defaultCrossStackReferences';

const apps = useApp();
const { newStack, warned, messageOf } = apps;

describe('a weak reference', () => {
  beforeEach(() => {
    apps.begin({ [STRENGTH]: 'weak' });
  });

  test('of another stack brings a warning of its own, which tells of --force', () => {
    use(newStack('Other'), own(newStack('Models'), 'Llama').importedModelArn);
    expect(warned(WEAK)).toEqual(['Models/Llama']);
    expect(warned()).toEqual([]);
    expect(messageOf('Models/Llama')).toContain('--force');
  });

  test('of a grant to a role of another stack brings it, too', () => {
    const caller = new iam.Role(newStack('Other'), 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    own(newStack('Models'), 'Llama').grantInvoke(caller);
    expect(warned(WEAK)).toEqual(['Models/Llama']);
  });

  test('to another Region brings it, too', () => {
    const other = newStack('Other', { ...ENV, region: 'us-west-2' });
    use(other, own(newStack('Models'), 'Llama').importedModelArn);
    expect(warned(WEAK)).toEqual(['Models/Llama']);
  });

  test('in a nested stack of another one names the stack around it', () => {
    const model = own(newStack('Models'), 'Llama');
    use(new NestedStack(newStack('Other'), 'Nested'), model.importedModelArn);
    expect(warned(WEAK)).toEqual(['Models/Llama']);
    expect(messageOf('Models/Llama')).not.toContain('Nested');
  });

  test('that is wanted in one place only brings it, too', () => {
    apps.begin({ [STRENGTH]: 'strong' });
    const { importedModelArn } = own(newStack('Models'), 'Llama');
    use(newStack('Other'), Stack.consumeReference(importedModelArn, ReferenceStrength.WEAK));
    expect(warned(WEAK)).toEqual(['Models/Llama']);
    expect(warned()).toEqual([]);
  });

  test('beside a strong one of something else is still called weak', () => {
    const models = newStack('Models');
    const key = new ssm.StringParameter(models, 'Neighbour', { stringValue: 'x' });
    CrossStackReferences.of(key).produce(ReferenceStrength.STRONG);
    use(newStack('Other'), `${own(models, 'Llama').importedModelArn} ${key.parameterName}`);
    expect(warned(WEAK)).toEqual(['Models/Llama']);
    expect(warned()).toEqual([]);
  });

  test('becomes a strong one where the model says so', () => {
    const model = own(newStack('Models'), 'Llama');
    CrossStackReferences.of(model).produce(ReferenceStrength.STRONG);
    const other = newStack('Other');
    use(other, model.importedModelArn);
    expect(warned()).toEqual(['Models/Llama']);
    Template.fromStack(other).hasResourceProperties('AWS::SSM::Parameter', {
      Value: { 'Fn::ImportValue': Match.stringLikeRegexp('importedModelArn') },
    });
  });
});
