import { SFNClient } from '@aws-sdk/client-sfn';
import { NETWORK } from '../../../lambda/on-event/cloudformation';
import { executionName } from '../../../lambda/on-event/execution-name';
import { waiter } from '../../../lambda/on-event/index';
import type { ExecutionState } from '../../../lambda/shared/engine';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import { addModel } from '../../support/constructs';
import { createEvent } from '../../support/events';
import { silenceLog } from '../../support/log';
import { newStack, resourcesOf } from '../../support/templates';

/** Whether what is called ends before its caller gives it up. Times are in seconds. */

const { States } = waitEngine('aws') as { readonly States: Record<string, { TimeoutSeconds: number }> };

/** When Lambda ends a function. */
function timeoutOf(name: 'Poll' | 'Lifecycle' | 'Waiter'): number {
  const stack = newStack();
  addModel(stack);
  const [, { Properties }] = Object.entries(resourcesOf(stack)).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(`Provider${name}`),
  )!;
  return Properties.Timeout as number;
}

const START = Date.parse('2026-01-31T12:00:00Z');
const OLDER = { ...createEvent(), RequestId: 'older' };
const OLDER_EXECUTION = {
  executionArn: 'older',
  name: executionName(OLDER, START - 60_000),
  status: 'RUNNING',
  startDate: new Date(START - 60_000),
};

/** An execution whose wait has succeeded. */
const stateOf = (event: ExecutionState['event']): ExecutionState => ({
  worker: '',
  responseUrl: event.RequestId,
  event,
  startedAt: new Date(START).toISOString(),
  pollUntil: '',
  answerUntil: '',
  first: { attempt: 0 },
  poll: { result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: 'job' } } },
});

/** How often each call comes too late before one comes just in time. */
const TOO_LATE: Record<string, number> = {
  ListExecutionsCommand: 1,
  StartExecutionCommand: Infinity,
  [createEvent().RequestId]: 3,
};
const ANSWERS: Record<string, object> = {
  ListExecutionsCommand: { executions: [OLDER_EXECUTION] },
  DescribeExecutionCommand: { ...OLDER_EXECUTION, input: JSON.stringify(stateOf(OLDER)) },
  StopExecutionCommand: {},
};

/** How long the on-event function takes while whatever it calls takes as long as it bears. */
async function longest(input: Parameters<typeof waiter>[0]): Promise<number> {
  let now = START;
  const limits = new WeakMap<AbortSignal, number>();
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const { signal } = new AbortController();
    limits.set(signal, now + milliseconds);
    return signal;
  });
  const calls: string[] = [];
  const call = async <T>(name: string, signal: AbortSignal, answer: T): Promise<T> => {
    now = limits.get(signal)!;
    calls.push(name);
    const count = calls.filter((each) => each === name).length;
    return count > (TOO_LATE[name] ?? 0) ? answer : Promise.reject(new Error('late'));
  };
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation((url, init) => call(url as string, init!.signal!, new Response()));
  const stepFunctions = new SFNClient();
  stepFunctions.send = ((command: object, { abortSignal }: { abortSignal: AbortSignal }) =>
    call(command.constructor.name, abortSignal, ANSWERS[command.constructor.name])) as never;
  await waiter(input, {
    stepFunctions,
    stackEvents: () => {
      throw new Error('Only a Delete asks');
    },
    network: { ...NETWORK, sleep: (milliseconds) => Promise.resolve((now += milliseconds)) },
    now: () => now,
  });
  return (now - START) / 1000;
}

silenceLog();

test.each(['Poll', 'Lifecycle'] as const)('%s ends before the state machine gives it up', (name) => {
  expect(timeoutOf(name)).toBeLessThan(States.Poll.TimeoutSeconds);
});

test('the longest answer, which also stops an older request, ends before the state machine gives it up', async () => {
  const seconds = await longest(stateOf(createEvent()));
  expect(seconds).toBeLessThan(States.Answer.TimeoutSeconds);
  expect(States.Answer.TimeoutSeconds).toBeLessThanOrEqual(timeoutOf('Waiter'));
});

test('the longest delivery of a request that cannot be served ends before Lambda gives it up', async () => {
  const event = { ...createEvent(), ResponseURL: createEvent().RequestId };
  const seconds = await longest(event as Parameters<typeof waiter>[0]);
  expect(seconds).toBeLessThan(timeoutOf('Waiter'));
});
