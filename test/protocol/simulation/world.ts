import { BedrockAccount } from '../../../local/bedrock/account';
import type { Dialect } from '../../../local/bedrock/dialect';
import type { Iam } from '../../../local/bedrock/iam/iam';
import {
  CALLER_STATEMENTS,
  iamOf,
  importRole,
  KEY,
  READ_ALL_WEIGHTS,
  roleWith,
  throughService,
} from '../../support/iam';
import { Clock } from './clock';
import { CloudFormation } from './cloudformation';
import {
  drawCloudFormationDialect,
  FIRST_ANSWERS,
  type CloudFormationDialect,
} from './cloudformation-dialect';
import { Faults } from './faults';
import { Lambda } from './lambda';
import { ROLE } from './model-template';
import { Provider } from './provider';
import { Queue } from './queue';
import { Random } from './random';
import { Services } from './services';
import { StepFunctions } from './step-functions';

/** After this many seconds nothing may be left of a deployment but its resources. */
const AFTERMATH_SECONDS = 6 * 3600;

/** How much goes wrong. */
const MOODS = [0, 1, 1, 1, 6] as const;

/** How a deployment ended. */
export interface Ending {
  readonly kind: string;
  /** What is wrong with it, if anything. */
  readonly wrong: string[];
  readonly simulatedSeconds: number;
  readonly maxHistoryEvents: number;
}

interface WorldOptions {
  readonly seed: number;
  readonly dialect: Dialect;
  /** The faults so far, by kind. */
  readonly counts?: Map<string, number>;
  /** Whether nothing goes wrong but what a script says. */
  readonly isScripted?: boolean;
}

/** AWS, with its faults, for one deployment. */
export class World {
  public readonly clock = new Clock();
  public readonly random: Random;
  public readonly faults: Faults;
  public readonly dialect: Dialect;
  public cloudFormationDialect: CloudFormationDialect;
  public readonly account: BedrockAccount;
  public readonly services: Services;
  public readonly cloudFormation: CloudFormation;
  public readonly queue: Queue;
  public readonly lambda: Lambda;
  public readonly stepFunctions: StepFunctions;
  public readonly wrong: string[] = [];
  private readonly startedAt = this.clock.now;
  /** When the policies of the functions and of the import role were made. */
  public permittedAt = this.startedAt;

  constructor({ seed, dialect, counts = new Map(), isScripted = false }: WorldOptions) {
    const { clock } = this;
    const random = new Random(seed);
    this.random = random;
    this.dialect = dialect;
    this.faults = new Faults(clock, random, counts, isScripted ? 0 : random.pick(MOODS));
    this.cloudFormationDialect = isScripted ? FIRST_ANSWERS : drawCloudFormationDialect(random);
    this.account = new BedrockAccount({ dialect, now: () => clock.now });
    this.account.modelQuota = 100;
    this.permit(this.startedAt);
    this.cloudFormation = new CloudFormation(clock, random, this.faults, () => this.queue);
    const { events, network } = this.cloudFormation;
    this.services = new Services(clock, random, this.faults, this.account, (stackId) => events.of(stackId));
    this.lambda = new Lambda(clock, random, this.faults, this.services, () => this.stepFunctions, network);
    this.queue = new Queue(clock, random, this.faults, (event) => this.lambda.deliver(event));
    this.stepFunctions = new StepFunctions(clock, this.faults, this.lambda.invoke);
  }

  /** Makes the import role and all policies, as of a time. */
  public permit(time: number): void {
    this.permittedAt = time;
    this.account.roleMadeAt(ROLE, time);
    this.account.iam = policiesOf(time);
  }

  /** Makes the functions, the state machine and the table of a stack. */
  public createProvider(): Provider {
    const provider = new Provider(this.lambda.providers.length + 1);
    this.lambda.providers.push(provider);
    return provider;
  }

  /** Deletes them with their stack. */
  public deleteProvider(provider: Provider): void {
    provider.isDeleted = true;
    this.stepFunctions.delete(provider.stateMachineArn);
  }

  /** Lets everything end that has been begun. */
  public async settle(): Promise<void> {
    await this.clock.sleep(AFTERMATH_SECONDS);
  }

  /** Nothing is answered in two ways, and no execution is left. */
  public checkAftermath(): void {
    const { contradictions } = this.cloudFormation;
    this.expect(contradictions.length === 0, `Answered in different ways: ${contradictions.join(' / ')}`);
    for (const { name, status, error, ageSeconds } of this.stepFunctions.executions.values()) {
      const isLeft = status === 'RUNNING' && ageSeconds > AFTERMATH_SECONDS;
      this.expect(!isLeft, `Execution ${name} still runs`);
      const hasFailed = status === 'FAILED' && !(error === 'Unanswered' && this.faults.mood > 0);
      this.expect(!hasFailed, `Execution ${name} failed: ${error}`);
    }
  }

  public expect(isRight: boolean, what: string): void {
    if (!isRight) {
      this.wrong.push(what);
    }
  }

  public end(kind: string, about: string): Ending {
    const executions = [...this.stepFunctions.executions.values()];
    return {
      kind,
      wrong: this.wrong.map((what) => `${what} (${about})`),
      simulatedSeconds: (this.clock.now - this.startedAt) / 1000,
      maxHistoryEvents: Math.max(0, ...executions.map(({ historyEvents }) => historyEvents)),
    };
  }
}

/** The policies of roles that were created at a time. */
function policiesOf(since: number): Iam {
  const useKey = throughService('kms:*', KEY, 'bedrock');
  return iamOf(
    roleWith('functions', [...CALLER_STATEMENTS, useKey], { since }),
    importRole([READ_ALL_WEIGHTS, useKey]),
  );
}
