import { DIALECTS, describeDialect, type Dialect } from '../../../../local/bedrock/dialect';
import { ModelJudge } from '../model-judge';
import { ModelStack } from '../model-stack';
import { World } from '../world';

/** What happens to owned models, told step by step: nothing goes wrong but what the script says. */
export interface Script {
  /** How many jobs have to have run in the end, those of others included. */
  readonly jobs: number;
  /** How many models have to be there in the end. */
  readonly models: number;
  readonly live: (life: Life) => Promise<void>;
}

/** How long an import takes, unless a script says otherwise. */
const IMPORT_SECONDS = 600;

/** A stack with a model, in a world of its own. */
export class Life {
  public readonly world: World;
  public readonly judge: ModelJudge;
  public readonly stack: ModelStack;

  constructor(dialect: Dialect) {
    this.world = new World({ seed: 1, dialect, isScripted: true });
    this.judge = new ModelJudge(this.world);
    this.stack = this.addStack('Stack');
    this.imports(IMPORT_SECONDS);
  }

  /** Lives a script to its end, and returns what was wrong with it. */
  public static async of({ live, jobs, models }: Script, dialect: Dialect): Promise<Life> {
    const life = new Life(dialect);
    const { world } = life;
    await world.clock.runUntil(live(life).then(() => world.settle()));
    world.checkAftermath();
    life.judge.judgeRest();
    const found = { jobs: world.account.jobs().length, models: world.account.models().length };
    world.expect(found.jobs === jobs, `${found.jobs} jobs have run, not ${jobs}`);
    world.expect(found.models === models, `${found.models} models are left, not ${models}`);
    return life;
  }

  public addStack(name: string): ModelStack {
    const stack = new ModelStack(this.world, this.judge, name);
    stack.pauses = [1];
    return stack;
  }

  public readonly pass = (seconds: number): Promise<void> => this.world.clock.sleep(seconds);

  /** Lets the imports from now on take so many seconds, and end in a way. */
  public imports(seconds: number, outcome: 'Completed' | 'Failed' = 'Completed'): void {
    this.world.account.scripts = [{ durationMs: seconds * 1000, outcome }];
  }

  /** The import role and all policies were there long before. */
  public rolesAreOld(): void {
    this.world.permit(0);
  }

  /** Something has to be over within so many seconds, where Bedrock shows everything at once. */
  public async within<T>(seconds: number, work: Promise<T>): Promise<T> {
    const { clock, dialect } = this.world;
    const startedAt = clock.now;
    const result = await work;
    const taken = (clock.now - startedAt) / 1000;
    const isAtOnce = describeDialect(dialect) === describeDialect(DIALECTS.today);
    this.world.expect(taken <= seconds || !isAtOnce, `It took ${taken} s, not ${seconds} s`);
    return result;
  }

  public expect(isRight: boolean, what: string): void {
    this.world.expect(isRight, what);
  }

  public hasModel(jobArn: string): boolean {
    const { records } = this.world.account;
    return records.hasModel(records.job(jobArn)!);
  }
}
