import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { serve } from '../../../lambda/model/index';
import { answerRequest } from '../../../lambda/waiter/answer';
import { poll } from '../../../lambda/waiter/poll';
import { takeRequest } from '../../../lambda/waiter/request';
import type { Network } from '../../../lambda/waiter/send-response';
import type { ExecutionState, PollInput } from '../../../lambda/shared/engine';
import { WAITER_TYPE } from '../../support/resource-types';
import type { Clock } from './clock';
import type { Faults } from './faults';
import { Invocation, type Death, type Via } from './invocation';
import type { Provider } from './provider';
import type { Random } from './random';
import type { Services } from './services';
import type { StepFunctions } from './step-functions';
import { TaskError, type Invoke } from './state-machine';

/** What an invocation is for. */
type Work = 'request' | 'answer' | 'poll' | 'model poll';

const TIMEOUT_SECONDS: Record<Work, number> = { request: 540, answer: 540, poll: 30, 'model poll': 30 };

/** How many invocations in a row may die. */
const MAX_DEATHS: Record<Work, number> = { request: 1, answer: 4, poll: 4, 'model poll': 4 };

/** AWS Lambda: runs the real handlers, and lets some of their invocations die. */
export class Lambda {
  public readonly providers: Provider[] = [];
  /** How the next invocations of a kind end, by a script. */
  public readonly scripted: { readonly work: Work; readonly death: Death }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly services: Services,
    private readonly stepFunctions: () => StepFunctions,
    private readonly network: Network,
  ) {}

  /** How the state machine calls a function. */
  public readonly invoke: Invoke = async ({ FunctionName, Payload }) => {
    const provider = this.find(FunctionName);
    const work = workOf(FunctionName, Payload);
    const { request } = Payload as PollInput | ExecutionState;
    const place = `${work} ${request.event.RequestId}`;
    await this.failSometimes(work, place);
    return this.runOrDie(work, place, (via) =>
      this.work(provider, Payload as PollInput | ExecutionState, via),
    );
  };

  /** How the queue of asynchronous events calls the waiter function. */
  public async deliver(event: CloudFormationCustomResourceEvent): Promise<void> {
    this.find(event.ServiceToken);
    await this.runOrDie('request', `request ${event.RequestId}`, (via) =>
      takeRequest(event, {
        stepFunctions: this.stepFunctions().client,
        network: this.networkOf(via),
        now: this.now,
      }),
    );
  }

  private readonly now = (): number => this.clock.now;

  private work(provider: Provider, payload: PollInput | ExecutionState, via: Via): Promise<unknown> {
    if (!('previous' in payload)) {
      return answerRequest(payload, this.networkOf(via), this.now);
    }
    if (payload.request.event.ResourceType === WAITER_TYPE) {
      return poll(payload, { connect: () => this.services.waiterBedrock(via), now: this.now });
    }
    return serve(payload, {
      bedrock: this.services.bedrock(via),
      dynamodb: this.services.dynamodb(provider, via),
      stackEvents: this.services.stackEvents(via),
      preflight: () => Promise.resolve({ findings: [] }),
      now: this.now,
    });
  }

  private networkOf(via: Via): Network {
    const { network } = this;
    return {
      sleep: (milliseconds) => network.sleep(milliseconds),
      put: (url, body) => via('put', () => network.put(url, body)),
    };
  }

  private find(functionArn: string): Provider {
    const found = this.providers.find(
      ({ waiterArn, modelArn }) => waiterArn === functionArn || modelArn === functionArn,
    );
    if (!found || found.isDeleted) {
      throw new TaskError('Lambda.ResourceNotFoundException', `Function not found: ${functionArn}`);
    }
    return found;
  }

  private async failSometimes(work: Work, place: string): Promise<void> {
    const trouble = this.faults.troubleAt('invoke');
    if (trouble === 'denied') {
      throw new TaskError('Lambda.AccessDeniedException', 'Not authorized to perform lambda:InvokeFunction');
    }
    if (trouble) {
      throw new TaskError('Lambda.ServiceException', 'Service unavailable');
    }
    const throttle = { place: `${place} throttled`, limit: 20, probability: 0.03, seconds: 5 };
    if (this.faults.happens(`Lambda: ${work} throttled`, throttle)) {
      throw new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded');
    }
    this.faults.recover(throttle.place);
    await this.clock.sleep(this.random.between(0.01, 0.1));
  }

  private async runOrDie<T>(work: Work, place: string, run: (via: Via) => Promise<T>): Promise<T> {
    const death = this.takeScript(work) ?? this.drawDeath(work, place);
    const invocation = new Invocation(this.clock, TIMEOUT_SECONDS[work], death);
    const result = await invocation.run(async () => {
      await invocation.via('begin', () => Promise.resolve());
      const done = await run(invocation.via).catch((error: unknown) => {
        throw new TaskError((error as Error).name, (error as Error).message);
      });
      await invocation.via('end', () => Promise.resolve());
      return done;
    });
    this.faults.recover(place);
    return result;
  }

  /** An invocation dies before, in or after its work. */
  private drawDeath(work: Work, place: string): Death | undefined {
    const isSlow = this.random.chance(0.25);
    const seconds = isSlow ? TIMEOUT_SECONDS[work] : 1;
    const at = { place, limit: MAX_DEATHS[work], probability: 0.03, seconds };
    const how = isSlow ? 'timeout' : 'crash';
    if (!this.faults.happens(`Lambda: ${work} ends in a ${how}`, at)) {
      return undefined;
    }
    const last = this.random.pick([0, 1, 2, 3, 4, 5, 6, 8, Infinity]);
    return {
      how,
      afterEffect: this.random.chance(0.5),
      isAt: (call, number) => number === last || call === 'end',
    };
  }

  private takeScript(work: Work): Death | undefined {
    const index = this.scripted.findIndex((each) => each.work === work);
    if (index < 0) {
      return undefined;
    }
    const [{ death }] = this.scripted.splice(index, 1);
    this.faults.inject(`Lambda: ${work} ends in a ${death.how}`, TIMEOUT_SECONDS[work]);
    return death;
  }
}

function workOf(functionArn: string, payload: unknown): Work {
  if (!('previous' in (payload as PollInput | ExecutionState))) {
    return 'answer';
  }
  return functionArn.includes(':model-') ? 'model poll' : 'poll';
}
