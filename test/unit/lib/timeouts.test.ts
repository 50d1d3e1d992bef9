import { SFNClient } from '@aws-sdk/client-sfn';
import { answerRequest } from '../../../lambda/waiter/answer';
import { takeRequest } from '../../../lambda/waiter/request';
import { HTTP, type Network } from '../../../lambda/waiter/send-response';
import type { ExecutionState } from '../../../lambda/shared/engine';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import { addModel } from '../../support/constructs';
import { createEvent } from '../../support/events';
import { silenceLog } from '../../support/log';
import { newStack, resourcesOf } from '../../support/templates';

/** Whether what is called ends before its caller gives it up. Times are in seconds. */

const { States } = waitEngine('aws') as { readonly States: Record<string, { TimeoutSeconds: number }> };
const START = Date.parse('2026-01-31T12:00:00Z');
const URL = 'https://response.example/';

silenceLog();

/** When Lambda ends a function. */
function timeoutOf(name: 'Waiter' | 'Model'): number {
  const stack = newStack();
  addModel(stack);
  const [, { Properties }] = Object.entries(resourcesOf(stack)).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(`Provider${name}`),
  )!;
  return Properties.Timeout as number;
}

/** How long something takes while whatever it calls takes as long as it may, and CloudFormation takes the fourth answer. */
async function longest(
  act: (means: { network: Network; stepFunctions: SFNClient; now: () => number }) => Promise<unknown>,
): Promise<number> {
  let now = START;
  let answers = 0;
  const limits = new WeakMap<AbortSignal, number>();
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const { signal } = new AbortController();
    limits.set(signal, milliseconds);
    return signal;
  });
  jest.spyOn(globalThis, 'fetch').mockImplementation((_, init) => {
    now += limits.get(init!.signal!)!;
    return ++answers < 4 ? Promise.reject(new Error('late')) : Promise.resolve(new Response());
  });
  const stepFunctions = new SFNClient();
  stepFunctions.send = ((_: object, { abortSignal }: { abortSignal: AbortSignal }) => {
    now += limits.get(abortSignal)!;
    return Promise.reject(new Error('late'));
  }) as never;
  const network = { ...HTTP, sleep: (milliseconds: number) => Promise.resolve((now += milliseconds)) };
  await act({ network, stepFunctions, now: () => now });
  return (now - START) / 1000;
}

test('a poll of the model function ends before the state machine gives it up', () => {
  expect(timeoutOf('Model')).toBeLessThan(States.Poll.TimeoutSeconds);
});

test('the longest answer ends before the state machine gives it up, and that before Lambda', async () => {
  const state: ExecutionState = {
    worker: '',
    responseUrl: URL,
    request: { event: createEvent(), requestedAt: START, deadline: START + 3300_000 },
    poll: { result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: 'job' } } },
  };
  const seconds = await longest(({ network, now }) => answerRequest(state, network, now));
  expect(seconds).toBeGreaterThan(20);
  expect(seconds).toBeLessThan(States.Answer.TimeoutSeconds);
  expect(States.Answer.TimeoutSeconds).toBeLessThanOrEqual(timeoutOf('Waiter'));
});

test('the longest delivery of a request that cannot be served yet ends before Lambda gives it up', async () => {
  const event = { ...createEvent(), ResponseURL: URL };
  const seconds = await longest((means) =>
    takeRequest(event as Parameters<typeof takeRequest>[0], means).catch(() => undefined),
  );
  expect(seconds).toBeGreaterThan(400);
  expect(seconds).toBeLessThan(timeoutOf('Waiter'));
});
