import { forOnePoll, type Bedrock } from '../../lambda/waiter/bedrock';
import { poll } from '../../lambda/waiter/poll';
import { createClient } from '../../lambda/shared/bedrock';
import type { Answer, PollResult, Request, ResourceEvent } from '../../lambda/shared/engine';
import { splitIntoLinks } from '../../lib/private/contract/links';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { BedrockStandIn } from '../../local/bedrock/stand-in';
import { createEvent } from './events';

/** What a wait came to. */
export interface EndedWait {
  readonly answer: Answer;
  readonly report: PollResult['report'];
  readonly seconds: number;
  readonly polls: number;
}

type Properties = Partial<OnTheWire<WaiterProperties>>;

/** A request that CloudFormation makes at a time, as the waiter function passes it to the state machine. */
export function requestOf(event: ResourceEvent, requestedAt: number, keepsJob?: boolean): Request {
  const deadline = requestedAt + Number(event.ResourceProperties.deadlineSeconds) * 1000;
  return { event, requestedAt, deadline, keepsJob };
}

/** Polls of the waiter function against a stand-in over HTTP, on a clock that jumps from poll to poll. */
export class Waits {
  /** Milliseconds since the epoch. */
  public now = Date.UTC(2026, 0, 1);
  public readonly bedrock = new BedrockStandIn({ now: () => this.now });

  /** Starts the stand-in for the tests of a file, and forgets the requests of each. */
  public static setUp(): Waits {
    const waits = new Waits();
    const { bedrock } = waits;
    beforeAll(async () => {
      const url = await bedrock.start();
      Object.assign(process.env, { AWS_ENDPOINT_URL_BEDROCK: url, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url });
    });
    afterAll(() => bedrock.stop());
    beforeEach(() => {
      bedrock.requests.length = 0;
      bedrock.account.denials = [];
    });
    return waits;
  }

  /** Polls once, and returns what goes through the state machine. */
  public async poll(request: Request, previous: PollResult = { attempt: 0 }): Promise<PollResult> {
    const dependencies = { connect, now: () => this.now };
    const result = await poll({ request, previous }, dependencies);
    return JSON.parse(JSON.stringify(result)) as PollResult;
  }

  /** Waits as one link does, and lets the time pass. */
  public async link(event: ResourceEvent, keepsJob?: boolean): Promise<EndedWait> {
    const startedAt = this.now;
    const request = requestOf(event, startedAt, keepsJob);
    for (let result = await this.poll(request); ; result = await this.poll(request, result)) {
      const { answer, report, waitSeconds, attempt } = result;
      if (answer) {
        return { answer, report, seconds: (this.now - startedAt) / 1000, polls: attempt };
      }
      this.now += waitSeconds! * 1000;
    }
  }

  /** Waits for a job as the links of a waiter do, one after another. */
  public async wait(
    properties: Properties,
    event: (link: Properties) => ResourceEvent = createEvent,
  ): Promise<EndedWait> {
    const startedAt = this.now;
    let polls = 0;
    let waitingSince: string | undefined;
    for (const { timeoutSeconds, earlierSeconds, continues } of splitIntoLinks(
      Number(properties.timeoutSeconds ?? 3300),
    )) {
      const link = {
        ...properties,
        smokeTest: continues ? undefined : properties.smokeTest,
        timeoutSeconds: String(timeoutSeconds),
        earlierSeconds: String(earlierSeconds),
        continues: String(continues),
        waitingSince,
      };
      const ended = await this.link(event(link));
      waitingSince = ended.answer.data?.waitingSince;
      polls += ended.polls;
      if (!continues || ended.answer.status === 'FAILED') {
        return { ...ended, polls, seconds: (this.now - startedAt) / 1000 };
      }
    }
    throw new Error('A wait has a last link');
  }
}

/** Bedrock as the function calls it. */
function connect(region: string): Bedrock {
  return forOnePoll({ client: createClient(region), region });
}
