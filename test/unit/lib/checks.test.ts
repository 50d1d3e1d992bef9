import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ModelImportProvider, type ModelImportProviderProps } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { newStack, resourcesOf, statementsAllowing } from '../../support/templates';

const MACHINE = 'AWS::StepFunctions::StateMachine';
const FUNCTION = 'AWS::Lambda::Function';

/** A provider with all its functions. */
function templateWith(props: (stack: Stack) => ModelImportProviderProps = () => ({})): Template {
  const stack = newStack();
  ModelImportProvider.getOrCreate(stack, props(stack));
  addModel(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs(FUNCTION, 2);
  return template;
}

describe('what checks ask for is off by default', () => {
  const template = templateWith();
  test.each([
    [MACHINE, 'LoggingConfiguration'],
    [MACHINE, 'TracingConfiguration'],
    [FUNCTION, 'TracingConfig'],
    [FUNCTION, 'ReservedConcurrentExecutions'],
    [FUNCTION, 'DeadLetterConfig'],
    [FUNCTION, 'VpcConfig'],
  ])('%s has no %s', (type, property) => {
    template.allResourcesProperties(type, { [property]: Match.absent() });
  });
});

describe('stateMachineLogLevel', () => {
  test('logs to the log group, and never the data of executions', () => {
    const template = templateWith(() => ({ stateMachineLogLevel: sfn.LogLevel.ALL }));
    template.hasResourceProperties(MACHINE, {
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [
          {
            CloudWatchLogsLogGroup: {
              LogGroupArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Logs'), 'Arn'] },
            },
          },
        ],
      },
    });
  });

  test('OFF is as if it were not given', () => {
    const off = templateWith(() => ({ stateMachineLogLevel: sfn.LogLevel.OFF }));
    expect(off.toJSON()).toEqual(templateWith().toJSON());
  });
});

test('tracing traces the functions and the state machine', () => {
  const template = templateWith(() => ({ tracing: true }));
  template.allResourcesProperties(FUNCTION, { TracingConfig: { Mode: 'Active' } });
  template.allResourcesProperties(MACHINE, { TracingConfiguration: { Enabled: true } });
});

describe('reservedConcurrentExecutions', () => {
  test('is that of each function', () => {
    const template = templateWith(() => ({ reservedConcurrentExecutions: 5 }));
    template.allResourcesProperties(FUNCTION, { ReservedConcurrentExecutions: 5 });
  });

  test.each([0, -1, 1.5, NaN])('cannot be %s', (reservedConcurrentExecutions) => {
    expect(() => templateWith(() => ({ reservedConcurrentExecutions }))).toThrow(
      new Error(
        `'reservedConcurrentExecutions' must be a whole number of 1 or more, got: ${reservedConcurrentExecutions}`,
      ),
    );
  });
});

describe('deadLetterQueue', () => {
  test('takes the events of the function that is called asynchronously, and of no other', () => {
    const template = templateWith((stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Queue') }));
    const withQueue = template.findResources(FUNCTION, {
      Properties: { DeadLetterConfig: Match.anyValue() },
    });
    expect(Object.keys(withQueue)).toEqual([expect.stringContaining('Waiter')]);
  });

  test('may be written to, and its key used, before the function is created', () => {
    const stack = newStack();
    const encryptionMasterKey = new kms.Key(stack, 'QueueKey');
    ModelImportProvider.getOrCreate(stack, {
      deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey }),
    });
    expect(statementsAllowing(stack, 'sqs:SendMessage')).toHaveLength(1);
    const resources = Object.entries(resourcesOf(stack));
    const [, waiter] = resources.find(([id, { Type }]) => id.includes('Waiter') && Type === FUNCTION)!;
    const [policyId] = resources.find(([, { Properties }]) =>
      JSON.stringify(Properties).includes('sqs:SendMessage'),
    )!;
    expect(waiter.DependsOn).toContain(policyId);
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toHaveLength(1);
  });
});
