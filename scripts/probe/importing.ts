import {
  CreateModelImportJobCommand,
  ListModelImportJobsCommand,
  ListTagsForResourceCommand,
  type BedrockClient,
  type CreateModelImportJobRequest,
  type GetModelImportJobResponse,
} from '@aws-sdk/client-bedrock';
import { hasCompleted } from '../../lambda/shared/bedrock';
import type { Dialect } from '../../local/bedrock/dialect';
import { ask, getJob, getModel, quote, type Clock, type Reply } from './bedrock';
import type { Findings } from './findings';
import { Leftovers, LONGEST_IMPORT_MS } from './leftovers';
import { asNewRole, isNameInUse, isQuota } from './refusals';
import { PATIENCE_MS, until, type Delay } from './waiting';

const SECOND = 1000;

interface ImportOptions {
  readonly s3Uri: string;
  readonly roleArn: string;
  /** Told what happens. */
  readonly log: (line: string) => void;
}

/** An import that the probe has started. */
interface Started {
  readonly request: CreateModelImportJobRequest;
  readonly jobArn: string;
  /** How often it was refused before. */
  readonly refusals: number;
}

/**
 * What only imports can tell: runs two of them one after the other, and deletes their models. The first
 * one tells how jobs come and go; the second one's model is deleted while it is fresh.
 */
export class ImportProbe {
  private readonly started: Started[] = [];
  private readonly leftovers: Leftovers;

  constructor(
    private readonly client: BedrockClient,
    private readonly findings: Findings,
    private readonly clock: Clock,
    private readonly options: ImportOptions,
  ) {
    this.leftovers = new Leftovers(client, clock, options.log);
  }

  public async run(): Promise<void> {
    try {
      const first = await this.start('first');
      await this.watchAppear(first);
      await this.repeat(first);
      const ended = await this.untilEnd(first);
      const [second] = await Promise.all([
        this.startSecond(ended),
        this.watchModelArn(first, ended),
        this.watchModel(first),
      ]);
      await this.untilEnd(second);
      await this.watchModel(second);
      await this.deleteFresh(second);
      await this.watchDeletedModelArn(second);
    } finally {
      await this.leftovers.cleanUp();
    }
  }

  /** Starts an import as soon as its place and its role are there. */
  private async start(which: string): Promise<Started> {
    const jobName = `probe-${which}-${this.clock.now()}`;
    const request = {
      jobName,
      importedModelName: `${jobName}-model`,
      roleArn: this.options.roleArn,
      modelDataSource: { s3DataSource: { s3Uri: this.options.s3Uri } },
      clientRequestToken: jobName,
      jobTags: [{ key: 'probe', value: which }],
    } satisfies CreateModelImportJobRequest;
    this.leftovers.expect(jobName, request.importedModelName);
    const startedAt = this.clock.now();
    for (let refusals = 0; ; refusals += 1) {
      const reply = await this.create(request);
      if ('output' in reply) {
        this.options.log(`Importing: ${reply.output}`);
        const started = { request, jobArn: reply.output, refusals };
        this.started.push(started);
        return started;
      }
      const { refusal } = reply;
      const newRole = asNewRole(refusal);
      const patience = newRole ? PATIENCE_MS : LONGEST_IMPORT_MS;
      if ((!newRole && !isQuota(refusal)) || this.clock.now() - startedAt > patience) {
        if (!isNameInUse(refusal)) {
          this.leftovers.forget(request.importedModelName);
        }
        throw refusal;
      }
      if (newRole && this.started.length === 0 && !this.findings.answerTo('newRole')) {
        this.findings.note('newRole', newRole, `CreateModelImportJob at first: ${quote(refusal)}`);
      }
      this.options.log(`Not yet: ${quote(refusal)}`);
      await this.clock.sleep(5 * SECOND);
    }
  }

  private async create(request: CreateModelImportJobRequest): Promise<Reply<string>> {
    const reply = await ask(this.client.send(new CreateModelImportJobCommand(request)));
    return 'output' in reply ? { output: reply.output.jobArn! } : reply;
  }

  /** A new job by its ARN, in the list, and its tags. */
  private async watchAppear({ request, jobArn }: Started): Promise<void> {
    const { client } = this;
    const nameContains = request.jobName;
    const inList = async (): Promise<boolean> => {
      const reply = await ask(client.send(new ListModelImportJobsCommand({ nameContains })));
      return 'output' in reply && reply.output.modelImportJobSummaries!.length > 0;
    };
    const tags = async (): Promise<Dialect['newJobTags']> => {
      const reply = await ask(client.send(new ListTagsForResourceCommand({ resourceARN: jobArn })));
      return 'refusal' in reply ? 'absent' : reply.output.tags?.length ? 'at once' : 'empty';
    };
    const atFirst = await tags();
    await Promise.all([
      this.watch('newJob', async () => 'output' in (await getJob(client, jobArn))),
      this.watch('newJobInLists', inList),
      this.until(async () => (await tags()) === 'at once').then((delay) =>
        this.findings.note(
          'newJobTags',
          atFirst,
          delay ? `all tags after ${delay.seconds} s` : 'no tags in the end',
        ),
      ),
    ]);
  }

  /** The same request again, and its name with another token. */
  private async repeat({ request, jobArn }: Started): Promise<void> {
    const otherToken = await this.create({ ...request, clientRequestToken: `${request.jobName}-other` });
    if ('refusal' in otherToken && isNameInUse(otherToken.refusal)) {
      const { refusal } = otherToken;
      this.findings.note('nameInUse', refusal.name as Dialect['nameInUse'], quote(refusal));
    }
    const again = await this.create(request);
    if ('output' in again) {
      this.findings.note('repeatedToken', 'job', again.output === jobArn ? 'the same ARN' : again.output);
    } else if (isNameInUse(again.refusal)) {
      const isSame = 'refusal' in otherToken && otherToken.refusal.message === again.refusal.message;
      this.findings.note('repeatedToken', isSame ? 'name first' : 'ConflictException', quote(again.refusal));
    }
  }

  /** Waits for a job's end, and looks for refusals in the middle of good answers. */
  private async untilEnd({ jobArn }: Started): Promise<GetModelImportJobResponse> {
    const startedAt = this.clock.now();
    let answers = 0;
    while (this.clock.now() - startedAt < LONGEST_IMPORT_MS) {
      const reply = await getJob(this.client, jobArn);
      if ('refusal' in reply) {
        this.noteStrayRefusal(reply.refusal, answers);
      } else if (reply.output.status === 'Failed') {
        throw new Error(`The import failed: ${reply.output.failureMessage}`);
      } else if (hasCompleted(reply.output)) {
        this.findings.note('success', reply.output.status as 'Completed', jobArn);
        if (!this.findings.answerTo('strayRefusals') && this.started.length > 1) {
          this.findings.note('strayRefusals', 'never', `${answers} good answers during the last import`);
        }
        return reply.output;
      } else {
        answers += 1;
      }
      await this.clock.sleep(10 * SECOND);
    }
    throw new Error(`The import did not end: ${jobArn}`);
  }

  /** Before the first good answer, the job does not show yet. */
  private noteStrayRefusal(refusal: Error, answers: number): void {
    if (answers > 0 && !this.findings.answerTo('strayRefusals')) {
      this.findings.note('strayRefusals', 'sometimes', `after ${answers} good answers: ${quote(refusal)}`);
    }
  }

  /** Takes the one place for a running job as soon as it is free again. */
  private async startSecond({ endTime }: GetModelImportJobResponse): Promise<Started> {
    const second = await this.start('second');
    const evidence = `refused ${second.refusals} times after the end at ${endTime?.toISOString()}`;
    this.findings.note('jobPlace', second.refusals > 0 ? 'late' : 'at once', evidence);
    return second;
  }

  private async watchModelArn({ jobArn }: Started, ended: GetModelImportJobResponse): Promise<void> {
    if (ended.importedModelArn) {
      this.findings.note('modelArn', 'at once', 'named with the status');
      return;
    }
    const delay = await this.until(() => this.namesModel(jobArn));
    this.findings.note(
      'modelArn',
      delay ? 'late' : 'never',
      delay ? `named after ${delay.seconds} s` : 'not named in ten minutes',
    );
  }

  private watchModel({ request }: Started): Promise<void> {
    return this.watch('newModel', () => this.leftovers.isThere(request.importedModelName!));
  }

  private async deleteFresh({ request }: Started): Promise<void> {
    const name = request.importedModelName!;
    const model = await getModel(this.client, name);
    if ('refusal' in model) {
      return;
    }
    const byArn = await this.leftovers.delete(model.output.modelArn!);
    const isRefused = 'refusal' in byArn && byArn.refusal.name === 'ValidationException';
    this.findings.note('deleteByArn', isRefused ? 'ValidationException' : 'taken', describe(byArn));
    const reply = isRefused ? await this.leftovers.delete(name) : byArn;
    const isInUse = 'refusal' in reply && reply.refusal.name === 'ConflictException';
    this.findings.note('deleteFreshModel', isInUse ? 'ConflictException' : 'done', describe(reply));
    await this.until(() => this.leftovers.isDeleted(name));
  }

  private async watchDeletedModelArn({ jobArn }: Started): Promise<void> {
    if (this.findings.answerTo('modelArn') === 'never') {
      return;
    }
    const delay = await this.until(() => this.namesModel(jobArn));
    this.findings.note('deletedModelArn', delay ? 'named' : 'absent', jobArn);
  }

  private async namesModel(jobArn: string): Promise<boolean> {
    const reply = await getJob(this.client, jobArn);
    return 'output' in reply && reply.output.importedModelArn !== undefined;
  }

  /** Notes whether something is true at once or late. */
  private async watch(
    question: 'newJob' | 'newJobInLists' | 'newModel',
    isTrue: () => Promise<boolean>,
  ): Promise<void> {
    const delay = await this.until(isTrue);
    if (delay) {
      this.findings.note(question, delay.tries > 0 ? 'late' : 'at once', `after ${delay.seconds} s`);
    }
  }

  private until(isTrue: () => Promise<boolean>): Promise<Delay | undefined> {
    return until(this.clock, isTrue);
  }
}

function describe(reply: Reply<unknown>): string {
  return 'refusal' in reply ? quote(reply.refusal) : 'done';
}
