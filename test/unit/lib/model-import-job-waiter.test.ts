import { App, CfnOutput, CfnResource, Duration, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ModelImportProvider,
  type ModelImportJobWaiter,
  type ModelImportJobWaiterProps,
} from '../../../lib/index';
import type { WaiterAttribute } from '../../../lib/private/contract/protocol';
import { addWaiter } from '../../support/constructs';
import { JOB_ARN } from '../../support/job';
import { WAITER_TYPE } from '../../support/resource-types';
import {
  newStack,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
  type Resource,
} from '../../support/templates';

const ANY_JOB_OF_THE_STACK = {
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':bedrock:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':model-import-job/*',
    ],
  ],
};

/** The links of the only waiter, from the first to the last. */
function links(stack: Stack): Resource[] {
  return resourcesOfType(stack, WAITER_TYPE);
}

function linksFor(props: Partial<ModelImportJobWaiterProps>): Resource[] {
  const stack = newStack();
  addWaiter(stack, props);
  return links(stack);
}

function logicalIdOfLastLink(waiter: ModelImportJobWaiter): string {
  const resource = waiter.node.findChild('Resource').node.defaultChild as CfnResource;
  return Stack.of(waiter).getLogicalId(resource);
}

describe('jobIdentifier', () => {
  test('an ARN reaches the resource as it is', () => {
    expect(linksFor({})[0].Properties.jobIdentifier).toBe(JOB_ARN);
  });

  test('a literal ARN scopes the permission to exactly that job', () => {
    const stack = newStack();
    addWaiter(stack);
    expect(statementsAllowing(stack, 'bedrock:GetModelImportJob').map((s) => s.Resource)).toEqual([JOB_ARN]);
  });

  test('a name gets the import jobs of the account and Region of the stack', () => {
    const stack = newStack();
    addWaiter(stack, { jobIdentifier: 'llama-import' });
    expect(links(stack)[0].Properties.jobIdentifier).toBe('llama-import');
    const statements = statementsAllowing(stack, 'bedrock:GetModelImportJob');
    expect(statements.map((s) => s.Resource)).toEqual([ANY_JOB_OF_THE_STACK]);
  });

  test('a name gets the literal account and Region of a stack that has them', () => {
    const stack = newStack({}, { account: '111122223333', region: 'eu-central-1' });
    addWaiter(stack, { jobIdentifier: 'llama-import' });
    const [{ Resource }] = statementsAllowing(stack, 'bedrock:GetModelImportJob');
    expect(JSON.stringify(Resource)).toContain(':bedrock:eu-central-1:111122223333:model-import-job/*');
  });

  test('a token is passed through and gets the import jobs of the account and Region', () => {
    const stack = newStack();
    const job = new CfnResource(stack, 'Job', { type: 'Custom::Job' });
    addWaiter(stack, { jobIdentifier: job.getAtt('JobArn').toString() });
    expect(links(stack)[0].Properties.jobIdentifier).toEqual({ 'Fn::GetAtt': ['Job', 'JobArn'] });
    const statements = statementsAllowing(stack, 'bedrock:GetModelImportJob');
    expect(statements.map((s) => s.Resource)).toEqual([ANY_JOB_OF_THE_STACK]);
  });

  test('two names share one statement', () => {
    const stack = newStack();
    addWaiter(stack, { jobIdentifier: 'one' });
    addWaiter(stack, { jobIdentifier: 'two' }, 'Second');
    expect(statementsAllowing(stack, 'bedrock:GetModelImportJob')).toHaveLength(1);
  });

  test('the same ARN twice is listed once', () => {
    const stack = newStack();
    addWaiter(stack);
    addWaiter(stack, {}, 'Second');
    expect(statementsAllowing(stack, 'bedrock:GetModelImportJob').map((s) => s.Resource)).toEqual([JOB_ARN]);
  });

  test.each([
    ['', 'must be a model import job ARN, or a job name of'],
    ['-leading-hyphen', 'must be a model import job ARN, or a job name of'],
    ['with space', 'must be a model import job ARN, or a job name of'],
    ['a'.repeat(64), 'must have at most 63 characters when it is a job name'],
    ['a'.repeat(1012), 'must have at most 1011 characters'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456',
      'must be the ARN of a model import job',
    ],
    ['arn:aws:s3:::bucket', 'must be the ARN of a model import job'],
  ])('%p is rejected with prop, rule and value', (jobIdentifier, rule) => {
    let message = '';
    try {
      addWaiter(newStack(), { jobIdentifier });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.startsWith(`'jobIdentifier' ${rule}`)).toBe(true);
    expect(message.endsWith(`, got: '${jobIdentifier}'`)).toBe(true);
  });

  test('a rejection leaves no provider behind', () => {
    const stack = newStack();
    expect(() => addWaiter(stack, { jobIdentifier: '' })).toThrow();
    expect(stack.node.tryFindChild('BedrockModelImportProvider')).toBeUndefined();
  });
});

describe('timeout', () => {
  test('is 55 minutes by default, in one link', () => {
    const all = linksFor({});
    expect(all).toHaveLength(1);
    expect(all[0].Properties).toMatchObject({
      timeoutSeconds: 3300,
      earlierSeconds: 0,
      deadlineSeconds: 3300,
      continues: false,
      ServiceTimeout: '3600',
    });
  });

  test('can be shorter, and gives CloudFormation the time of the first call and five minutes more', () => {
    const [{ Properties }] = linksFor({ timeout: Duration.minutes(10) });
    expect(Properties).toMatchObject({ timeoutSeconds: 600, deadlineSeconds: 1020, ServiceTimeout: '1320' });
  });

  test('of 55 minutes and one second is two links', () => {
    const all = linksFor({ timeout: Duration.seconds(3301) });
    expect(all.map(({ Properties }) => Properties)).toMatchObject([
      {
        timeoutSeconds: 1651,
        earlierSeconds: 0,
        continues: true,
        deadlineSeconds: 2071,
        ServiceTimeout: '2371',
      },
      {
        timeoutSeconds: 1650,
        earlierSeconds: 1651,
        continues: false,
        deadlineSeconds: 2070,
        ServiceTimeout: '2370',
      },
    ]);
  });

  test('of 12 hours is at most 14 links, each of which is told by the one before since when it waits', () => {
    const stack = newStack();
    addWaiter(stack, { timeout: Duration.hours(12) });
    const entries = Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === WAITER_TYPE);
    expect(entries.length).toBeLessThanOrEqual(14);
    expect(entries[0][1].Properties).not.toHaveProperty('waitingSince');
    entries.slice(1).forEach(([, { Properties }], index) => {
      expect(Properties.waitingSince).toEqual({ 'Fn::GetAtt': [entries[index][0], 'waitingSince'] });
    });
  });

  test('of 24 hours adds up to 24 hours, and only the last link ends the wait', () => {
    const all = linksFor({ timeout: Duration.hours(24) }).map(({ Properties }) => Properties);
    const seconds = all.map(({ timeoutSeconds }) => timeoutSeconds as number);
    expect(seconds.reduce((sum, next) => sum + next)).toBe(24 * 3600);
    expect(all.map(({ continues }) => continues)).toEqual([
      ...Array<boolean>(all.length - 1).fill(true),
      false,
    ]);
    expect(all.every(({ ServiceTimeout }) => Number(ServiceTimeout) <= 3600)).toBe(true);
  });

  test('raised from 1 to 12 or 24 hours keeps the logical ID that attributes refer to', () => {
    const ids = [1, 12, 24].map((hours) =>
      logicalIdOfLastLink(addWaiter(newStack(), { timeout: Duration.hours(hours) })),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test('raised from 1 to 12 hours keeps the links that were there', () => {
    const idsFor = (timeout: Duration): string[] => {
      const stack = newStack();
      addWaiter(stack, { timeout });
      return Object.keys(resourcesOf(stack));
    };
    expect(idsFor(Duration.hours(12))).toEqual(expect.arrayContaining(idsFor(Duration.hours(1))));
  });

  test.each([
    [Duration.seconds(9), '9 seconds'],
    [Duration.seconds(86401), '1 day 1 second'],
    [Duration.millis(10500), '10 seconds 500 millis'],
  ])('out of range is rejected: %s', (timeout, shown) => {
    expect(() => addWaiter(newStack(), { timeout })).toThrow(
      new Error(`'timeout' must be 10 seconds to 24 hours, in whole seconds, got: ${shown}`),
    );
  });

  test('as a token is rejected, because it decides the number of links', () => {
    const timeout = Duration.seconds(Lazy.number({ produce: () => 60 }));
    expect(() => addWaiter(newStack(), { timeout })).toThrow(
      new Error("'timeout' must be known at synthesis, got a token"),
    );
  });
});

describe('pollInterval', () => {
  test('is 10 seconds by default', () => {
    expect(linksFor({})[0].Properties.pollIntervalSeconds).toBe(10);
  });

  test('can be 5 seconds to 5 minutes, and goes to every link', () => {
    for (const pollInterval of [Duration.seconds(5), Duration.minutes(5)]) {
      const all = linksFor({ pollInterval, timeout: Duration.hours(2) });
      expect(all.map(({ Properties }) => Properties.pollIntervalSeconds)).toEqual(
        all.map(() => pollInterval.toSeconds()),
      );
    }
  });

  test.each([
    [Duration.seconds(4), '4 seconds'],
    [Duration.seconds(301), '5 minutes 1 second'],
    [Duration.millis(5500), '5 seconds 500 millis'],
  ])('out of range is rejected: %s', (pollInterval, shown) => {
    expect(() => addWaiter(newStack(), { pollInterval })).toThrow(
      new Error(`'pollInterval' must be 5 seconds to 5 minutes, in whole seconds, got: ${shown}`),
    );
  });

  test('as a token is rejected', () => {
    const pollInterval = Duration.seconds(Lazy.number({ produce: () => 60 }));
    expect(() => addWaiter(newStack(), { pollInterval })).toThrow(
      new Error("'pollInterval' must be known at synthesis, got a token"),
    );
  });
});

describe('provider', () => {
  test('is shared by the waiters of a stack', () => {
    const stack = newStack();
    addWaiter(stack);
    addWaiter(stack, { jobIdentifier: 'another' }, 'Second');
    expect(resourcesOfType(stack, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
    const tokens = links(stack).map(({ Properties }) => Properties.ServiceToken);
    expect(tokens[0]).toEqual(tokens[1]);
  });

  test('can be one made by hand, and no other is created', () => {
    const stack = newStack();
    const provider = new ModelImportProvider(stack, 'Mine');
    addWaiter(stack, { provider });
    const [{ Properties }] = links(stack);
    expect(Properties.ServiceToken).toEqual(stack.resolve(provider.serviceToken));
    expect(Properties.stateMachineArn).toEqual(stack.resolve(provider.stateMachineArn));
    expect(resourcesOfType(stack, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
  });
});

describe('attributes', () => {
  const PROPERTIES: Record<
    Exclude<WaiterAttribute, 'failureMessage' | 'encryptionResourceArn'>,
    keyof ModelImportJobWaiter
  > = {
    jobArn: 'jobArn',
    jobName: 'jobName',
    importedModelName: 'importedModelName',
    importedModelArn: 'importedModelArn',
    roleArn: 'roleArn',
    'modelDataSource.s3DataSource.s3Uri': 'modelDataSourceS3Uri',
    status: 'status',
    creationTime: 'creationTime',
    lastModifiedTime: 'lastModifiedTime',
    endTime: 'endTime',
    'vpcConfig.subnetIds': 'vpcSubnetIds',
    'vpcConfig.securityGroupIds': 'vpcSecurityGroupIds',
    importedModelKmsKeyArn: 'importedModelKmsKeyArn',
    modelArchitecture: 'modelArchitecture',
    instructSupported: 'instructSupported',
    'customModelUnits.customModelUnitsPerModelCopy': 'customModelUnitsPerModelCopy',
    'customModelUnits.customModelUnitsVersion': 'customModelUnitsVersion',
  };

  test.each(Object.entries(PROPERTIES))('%s is the property %s', (attribute, property) => {
    const stack = newStack();
    const waiter = addWaiter(stack);
    const getAtt = { 'Fn::GetAtt': [logicalIdOfLastLink(waiter), attribute] };
    const isList = attribute.endsWith('Ids');
    expect(stack.resolve(waiter[property as 'jobArn'])).toEqual(
      isList ? { 'Fn::Split': [',', getAtt] } : getAtt,
    );
  });

  test('come from the last link of a chain', () => {
    const stack = newStack();
    const waiter = addWaiter(stack, { timeout: Duration.hours(12) });
    new CfnOutput(stack, 'Arn', { value: waiter.importedModelArn });
    const id = logicalIdOfLastLink(waiter);
    expect(resourcesOf(stack)[id].Properties.continues).toBe(false);
    Template.fromStack(stack).hasOutput('Arn', { Value: { 'Fn::GetAtt': [id, 'importedModelArn'] } });
  });
});

test('every link waits for the permissions that serving it takes', () => {
  const stack = newStack();
  addWaiter(stack, { timeout: Duration.hours(2) });
  const [policy] = Object.entries(resourcesOf(stack)).find(([id]) => id.includes('WaiterPolicy'))!;
  expect(links(stack)).toHaveLength(3);
  links(stack).forEach(({ DependsOn }) => expect(DependsOn).toContain(policy));
});

describe('what comes after', () => {
  test('node.addDependency(waiter) waits for every link', () => {
    const stack = newStack();
    const waiter = addWaiter(stack, { timeout: Duration.hours(3) });
    new CfnResource(stack, 'Downstream', { type: 'Custom::Downstream' }).node.addDependency(waiter);
    const ids = Object.entries(resourcesOf(stack)).flatMap(([id, { Type }]) =>
      Type === WAITER_TYPE ? [id] : [],
    );
    expect(ids).toHaveLength(4);
    expect(resourcesOf(stack).Downstream.DependsOn).toEqual(expect.arrayContaining(ids));
  });

  test('the use of an attribute waits for every link through the last one', () => {
    const stack = newStack();
    const waiter = addWaiter(stack, { timeout: Duration.hours(3) });
    new CfnResource(stack, 'Downstream', {
      type: 'Custom::Downstream',
      properties: { Model: waiter.importedModelArn },
    });
    const resources = resourcesOf(stack);
    const reached = new Set<string>();
    const follow = (id: string): void => {
      if (resources[id]?.Type === WAITER_TYPE && !reached.has(id)) {
        reached.add(id);
        const { waitingSince } = resources[id].Properties as { waitingSince?: { 'Fn::GetAtt': [string] } };
        [waitingSince?.['Fn::GetAtt'][0] ?? []].flat().forEach(follow);
      }
    };
    const { Model } = resources.Downstream.Properties as { Model: { 'Fn::GetAtt': [string, string] } };
    follow(Model['Fn::GetAtt'][0]);
    expect(reached.size).toBe(4);
  });
});

describe('where it can live', () => {
  test('in a nested stack, with a provider of its own there', () => {
    const parent = newStack();
    addWaiter(parent);
    const nested = new NestedStack(parent, 'Nested');
    addWaiter(nested);
    expect(resourcesOfType(nested, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
    expect(resourcesOfType(parent, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
    expect(links(nested)).toHaveLength(1);
  });

  test('in the stacks of a stage', () => {
    const stage = new Stage(new App(), 'Prod', { env: { account: '111122223333', region: 'us-west-2' } });
    const stack = new Stack(stage, 'Stack');
    addWaiter(stack, { jobIdentifier: 'llama-import' });
    expect(links(stack)).toHaveLength(1);
    expect(stage.synth().stacks).toHaveLength(1);
  });
});
