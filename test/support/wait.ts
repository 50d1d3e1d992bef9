import { reachBedrock } from '../../lambda/waiter/bedrock';
import { poll } from '../../lambda/waiter/index';
import type { Memory } from '../../lambda/waiter/memory';
import type { Answer, ResourceEvent } from '../../lambda/shared/engine';
import { splitIntoLinks } from '../../lib/private/contract/links';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { BedrockStandIn } from '../../local/bedrock/stand-in';
import { createEvent } from './events';

/** What a wait came to. */
export interface EndedWait {
  readonly answer: Answer;
  readonly report: Memory['report'];
  readonly seconds: number;
  readonly polls: number;
}

type Properties = Partial<OnTheWire<WaiterProperties>>;

/** Waits of the poll function for a stand-in over HTTP, on a clock that jumps from poll to poll. */
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

  /** Polls once, some time after the wait began, and returns what goes through the state machine. */
  public async poll(
    event: ResourceEvent,
    startedAt: number,
    previous: Memory = { attempt: 0 },
  ): Promise<Memory> {
    const input = { event, startedAt: new Date(startedAt).toISOString(), previous };
    const result = await poll(input, reachBedrock, () => this.now);
    return JSON.parse(JSON.stringify(result)) as Memory;
  }

  /** Waits as one link does, and lets the time pass. */
  public async link(event: ResourceEvent): Promise<EndedWait> {
    const startedAt = this.now;
    for (
      let memory = await this.poll(event, startedAt);
      ;
      memory = await this.poll(event, startedAt, memory)
    ) {
      const { answer, report, waitSeconds, attempt } = memory;
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
    for (const { timeoutSeconds, waitedSeconds, continues } of splitIntoLinks(
      Number(properties.timeoutSeconds ?? 3300),
    )) {
      const link = {
        ...properties,
        smokeTest: continues ? undefined : properties.smokeTest,
        timeoutSeconds: String(timeoutSeconds),
        waitedSeconds: String(waitedSeconds),
        continues: String(continues),
      };
      const ended = await this.link(event(link));
      polls += ended.polls;
      if (!continues || ended.answer.status === 'FAILED') {
        return { ...ended, polls, seconds: (this.now - startedAt) / 1000 };
      }
    }
    throw new Error('A wait has a last link');
  }
}
