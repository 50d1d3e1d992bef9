import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { serve } from '../../../lambda/model/index';
import { onEvent } from '../../../lambda/on-event/index';
import type { Peers } from '../../../lambda/on-event/peers';
import { poll } from '../../../lambda/waiter/index';
import type { ExecutionState, PollInput } from '../../../lambda/shared/engine';
import type { Bedrock } from './bedrock';
import type { Clock } from './clock';
import type { Faults } from './faults';
import { TaskError, type Invoke } from './state-machine';

const ON_EVENT_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:on-event';
export const POLL_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:poll';
export const LIFECYCLE_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:lifecycle';

const WORKER_TIMEOUT_SECONDS = 30;

/** After a deadline, polls that fail are given up this much earlier than answers. */
const EARLIER_SECONDS = 150;
const ON_EVENT_TIMEOUT_SECONDS = 150;

/** AWS Lambda: runs the real handlers, and breaks some of their invocations. */
export class Lambda {
  /** From then on the worker crashes whenever it is called. */
  public workerBrokenFrom = Infinity;
  /** Until then the state machine may not call a function. */
  public deniedUntil = 0;

  constructor(
    private readonly clock: Clock,
    private readonly faults: Faults,
    private readonly peers: () => Peers,
    private readonly bedrock: { readonly forWaiters?: Bedrock; readonly forModels?: BedrockClient },
  ) {}

  /** How the state machine calls a function. */
  public readonly invoke: Invoke = async ({ FunctionName, Payload }) => {
    if (this.clock.now < this.deniedUntil) {
      this.faults.count('Lambda: invocation denied');
      throw new TaskError('Lambda.AccessDeniedException', 'Not authorized to perform lambda:InvokeFunction');
    }
    if (FunctionName === ON_EVENT_ARN) {
      const state = Payload as ExecutionState;
      const place = `answer ${state.event.RequestId}`;
      await this.throttleSometimes('answer', place, 20, 30);
      return this.runOrBreak('answer', place, 4, ON_EVENT_TIMEOUT_SECONDS, () =>
        onEvent(state, this.peers()),
      );
    }
    const input = Payload as PollInput;
    const worker = FunctionName === LIFECYCLE_ARN ? 'lifecycle' : 'poll';
    const place = `${worker} ${input.event.RequestId}`;
    if (this.clock.now >= this.workerBrokenFrom) {
      this.faults.count(`${worker}: broken for good`);
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    await this.throttleSometimes(worker, place, 30, EARLIER_SECONDS);
    const now = (): number => this.clock.now;
    return this.runOrBreak(worker, place, 4, WORKER_TIMEOUT_SECONDS, () =>
      worker === 'lifecycle'
        ? serve(input, this.bedrock.forModels!, now)
        : poll(input, () => this.bedrock.forWaiters!, now),
    );
  };

  /** How the queue calls the on-event function. */
  public readonly onRequest = (
    event: Parameters<typeof onEvent>[0] & { RequestId: string },
  ): Promise<unknown> =>
    // The other of Lambda's two retries is for an answer that CloudFormation refuses four times.
    this.runOrBreak('on-event', `event ${event.RequestId}`, 1, ON_EVENT_TIMEOUT_SECONDS, () =>
      onEvent(event, this.peers()),
    );

  private throttleSometimes(name: string, place: string, limit: number, seconds: number): Promise<void> {
    const throttle = { place: `${place} throttled`, limit, probability: 0.03, seconds };
    if (this.faults.happens(`${name}: throttled`, throttle)) {
      return Promise.reject(new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded'));
    }
    this.faults.recover(throttle.place);
    return Promise.resolve();
  }

  /** Runs a function, or lets it crash or time out, before or after it has done its work. */
  private async runOrBreak<T>(
    name: string,
    place: string,
    limit: number,
    timeoutSeconds: number,
    work: () => Promise<T>,
  ): Promise<T> {
    const at = { place, limit, probability: 0.02 };
    const toRecover = name === 'poll' || name === 'lifecycle' ? EARLIER_SECONDS : 60;
    if (this.faults.happens(`${name}: crashed before its work`, { ...at, seconds: toRecover })) {
      await this.clock.sleep(1);
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    if (this.faults.happens(`${name}: timed out`, { ...at, seconds: timeoutSeconds + toRecover })) {
      await this.clock.sleep(timeoutSeconds);
      throw new TaskError('Sandbox.Timedout', '{"errorMessage":"Task timed out"}');
    }
    const result = await work().catch((error: unknown) => {
      throw new TaskError((error as Error).name, (error as Error).message);
    });
    if (this.faults.happens(`${name}: crashed after its work`, { ...at, seconds: toRecover })) {
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    this.faults.recover(place);
    return result;
  }
}
