import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { ExecutionState, PollInput } from '../../lambda/shared/engine';
import { onEvent } from '../../lambda/on-event/index';
import type { Peers } from '../../lambda/on-event/peers';
import { poll } from '../../lambda/poll/index';
import type { Bedrock } from './bedrock';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';
import { TaskError, type Invoke } from './state-machine';
import { ON_EVENT_ARN } from './step-functions';

const FUNCTION_TIMEOUT_SECONDS = { poll: 30, onEvent: 60 };

/** The delays after which AWS Lambda runs a function again for an asynchronous event. */
const ASYNC_RETRY_SECONDS = [60, 120];

/** AWS Lambda: runs the real handlers, and breaks some of their invocations. */
export class Lambda {
  /** From then on the poll function crashes whenever it is called. */
  public pollBrokenFrom = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly bedrock: Bedrock,
    /** What the on-event function speaks with. */
    private readonly peers: () => Peers,
  ) {}

  /** How the state machine calls a function. */
  public readonly invoke: Invoke = async ({ FunctionName, Payload }) => {
    if (FunctionName === ON_EVENT_ARN) {
      const state = Payload as ExecutionState;
      // One of the five retries is for an answer that CloudFormation refuses four times.
      await this.runOrBreak(
        'answer',
        `answer ${state.event.RequestId}`,
        4,
        FUNCTION_TIMEOUT_SECONDS.onEvent,
        () => onEvent(state, this.peers()),
      );
      return null;
    }
    const input = Payload as PollInput;
    const place = `poll ${input.event.RequestId}`;
    if (this.clock.now >= this.pollBrokenFrom) {
      this.faults.count('poll: broken for good');
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    const throttle = { place: `${place} throttled`, limit: 10, probability: 0.03, seconds: 20 };
    if (this.faults.happens('poll: throttled', throttle)) {
      throw new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded');
    }
    const result = await this.runOrBreak('poll', place, 4, FUNCTION_TIMEOUT_SECONDS.poll, () =>
      poll(
        input,
        () => this.bedrock,
        () => this.clock.now,
      ),
    );
    this.faults.recover(throttle.place);
    return result;
  };

  /** How CloudFormation calls the on-event function: later again after an error, and sometimes twice. */
  public async deliver(event: CloudFormationCustomResourceEvent, onHandled: () => void): Promise<void> {
    const duplicate = { place: event.RequestId, limit: 1, probability: 0.05, seconds: 0 };
    if (this.faults.happens('CloudFormation: event delivered twice', duplicate)) {
      // A Delete comes again soon, before the next deployment of the stack.
      const limit = event.RequestType === 'Delete' ? 20 : 600;
      void this.clock.sleep(this.random.between(0, limit)).then(() => this.handle(event, () => {}));
    }
    await this.clock.sleep(this.random.between(0.1, 2));
    await this.handle(event, onHandled);
  }

  private async handle(event: CloudFormationCustomResourceEvent, onHandled: () => void): Promise<void> {
    for (const delay of [0, ...ASYNC_RETRY_SECONDS]) {
      await this.clock.sleep(delay);
      try {
        // The other retry is for an answer that CloudFormation refuses four times.
        await this.runOrBreak('on-event', `event ${event.RequestId}`, 1, 60, () =>
          onEvent(event, this.peers()),
        );
        onHandled();
        return;
      } catch {
        // Lambda keeps the event and tries again.
      }
    }
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
    if (this.faults.happens(`${name}: crashed before its work`, { ...at, seconds: 60 })) {
      await this.clock.sleep(1);
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    if (this.faults.happens(`${name}: timed out`, { ...at, seconds: timeoutSeconds + 60 })) {
      await this.clock.sleep(timeoutSeconds);
      throw new TaskError('Sandbox.Timedout', '{"errorMessage":"Task timed out"}');
    }
    const result = await work().catch((error: unknown) => {
      throw new TaskError((error as Error).name, (error as Error).message);
    });
    if (this.faults.happens(`${name}: crashed after its work`, { ...at, seconds: 60 })) {
      throw new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited"}');
    }
    this.faults.recover(place);
    return result;
  }
}
