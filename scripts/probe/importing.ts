import {
  ListModelImportJobsCommand,
  ListTagsForResourceCommand,
  type BedrockClient,
  type CreateModelImportJobRequest,
  type GetModelImportJobResponse,
} from '@aws-sdk/client-bedrock';
import { hasCompleted } from '../../lambda/shared/bedrock';
import type { Dialect } from '../../local/bedrock/dialect';
import { resultOf, getJob, getModel, quote, type Clock, type CallResult } from './bedrock';
import type { Findings } from './findings';
import { Orphans, LONGEST_IMPORT_MS } from './orphans';
import { asNewRole, isNameInUse } from './errors';
import { createJob, startJob } from './starting';
import { until, type Delay } from './waiting';

const SECOND = 1000;

interface ImportOptions {
  readonly s3Uri: string;
  readonly roleArn: string;
  /** Gets a line for each step. */
  readonly log: (line: string) => void;
}

/** An import that the probe has started. */
interface Started {
  readonly request: CreateModelImportJobRequest;
  readonly jobArn: string;
  /** How many calls met an error before. */
  readonly errors: number;
}

/**
 * What only imports can tell: runs two of them one after the other, and deletes their models. The first
 * one tells how jobs come and go; the second one's model is deleted while it is fresh.
 */
export class ImportProbe {
  private readonly started: Started[] = [];
  private readonly orphans: Orphans;

  constructor(
    private readonly client: BedrockClient,
    private readonly findings: Findings,
    private readonly clock: Clock,
    private readonly options: ImportOptions,
  ) {
    this.orphans = new Orphans(client, clock, options.log);
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
      await this.orphans.cleanUp();
    }
  }

  /** Starts an import as soon as the import slot and its role are there. */
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
    this.orphans.expect(jobName, request.importedModelName);
    let errors = 0;
    const result = await startJob(this.client, this.clock, request, {
      mayPass: (error) => asNewRole(error) !== undefined,
      onError: (error) => {
        errors += 1;
        this.noteNewRole(error);
      },
      log: this.options.log,
    });
    if ('error' in result) {
      if (!isNameInUse(result.error)) {
        this.orphans.forget(request.importedModelName);
      }
      throw result.error;
    }
    this.options.log(`Importing: ${result.output}`);
    const started = { request, jobArn: result.output, errors };
    this.started.push(started);
    return started;
  }

  private noteNewRole(error: Error): void {
    const newRole = asNewRole(error);
    if (newRole && this.started.length === 0 && !this.findings.answerTo('newRole')) {
      this.findings.note('newRole', newRole, `CreateModelImportJob at first: ${quote(error)}`);
    }
  }

  /** A new job by its ARN, in the list, and its tags. */
  private async watchAppear({ request, jobArn }: Started): Promise<void> {
    const { client } = this;
    const nameContains = request.jobName;
    const inList = async (): Promise<boolean> => {
      const result = await resultOf(client.send(new ListModelImportJobsCommand({ nameContains })));
      return 'output' in result && result.output.modelImportJobSummaries!.length > 0;
    };
    const tags = async (): Promise<Dialect['newJobTags']> => {
      const result = await resultOf(client.send(new ListTagsForResourceCommand({ resourceARN: jobArn })));
      return 'error' in result ? 'absent' : result.output.tags?.length ? 'at once' : 'empty';
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
    const otherToken = await createJob(this.client, {
      ...request,
      clientRequestToken: `${request.jobName}-other`,
    });
    if ('error' in otherToken && isNameInUse(otherToken.error)) {
      const { error } = otherToken;
      this.findings.note('nameInUse', error.name as Dialect['nameInUse'], quote(error));
    }
    const again = await createJob(this.client, request);
    if ('output' in again) {
      this.findings.note('repeatedToken', 'job', again.output === jobArn ? 'the same ARN' : again.output);
    } else if (isNameInUse(again.error)) {
      const isSame = 'error' in otherToken && otherToken.error.message === again.error.message;
      this.findings.note('repeatedToken', isSame ? 'name first' : 'ConflictException', quote(again.error));
    }
  }

  /** Waits for the end of a job, and notes errors in the middle of good responses. */
  private async untilEnd({ jobArn }: Started): Promise<GetModelImportJobResponse> {
    const startedAt = this.clock.now();
    let answers = 0;
    while (this.clock.now() - startedAt < LONGEST_IMPORT_MS) {
      const result = await getJob(this.client, jobArn);
      if ('error' in result) {
        this.noteStrayError(result.error, answers);
      } else if (result.output.status === 'Failed') {
        throw new Error(`The import failed: ${result.output.failureMessage}`);
      } else if (hasCompleted(result.output)) {
        this.findings.note('success', result.output.status as 'Completed', jobArn);
        if (!this.findings.answerTo('strayRefusals') && this.started.length > 1) {
          this.findings.note('strayRefusals', 'never', `${answers} good answers during the last import`);
        }
        return result.output;
      } else {
        answers += 1;
      }
      await this.clock.sleep(10 * SECOND);
    }
    throw new Error(`The import did not end: ${jobArn}`);
  }

  /** Before the first good answer, the job does not show yet. */
  private noteStrayError(error: Error, answers: number): void {
    if (answers > 0 && !this.findings.answerTo('strayRefusals')) {
      this.findings.note('strayRefusals', 'sometimes', `after ${answers} good answers: ${quote(error)}`);
    }
  }

  /** Takes the import slot as soon as it is free again. */
  private async startSecond({ endTime }: GetModelImportJobResponse): Promise<Started> {
    const second = await this.start('second');
    const evidence = `${second.errors} errors after the end at ${endTime?.toISOString()}`;
    this.findings.note('jobPlace', second.errors > 0 ? 'late' : 'at once', evidence);
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
    return this.watch('newModel', () => this.orphans.isThere(request.importedModelName!));
  }

  private async deleteFresh({ request }: Started): Promise<void> {
    const name = request.importedModelName!;
    const model = await getModel(this.client, name);
    if ('error' in model) {
      return;
    }
    const byArn = await this.orphans.delete(model.output.modelArn!);
    const isRejected = 'error' in byArn && byArn.error.name === 'ValidationException';
    this.findings.note('deleteByArn', isRejected ? 'ValidationException' : 'taken', describe(byArn));
    const result = isRejected ? await this.orphans.delete(name) : byArn;
    const isInUse = 'error' in result && result.error.name === 'ConflictException';
    this.findings.note('deleteFreshModel', isInUse ? 'ConflictException' : 'done', describe(result));
    await this.until(() => this.orphans.isDeleted(name));
  }

  private async watchDeletedModelArn({ jobArn }: Started): Promise<void> {
    if (this.findings.answerTo('modelArn') === 'never') {
      return;
    }
    const delay = await this.until(() => this.namesModel(jobArn));
    this.findings.note('deletedModelArn', delay ? 'named' : 'absent', jobArn);
  }

  private async namesModel(jobArn: string): Promise<boolean> {
    const result = await getJob(this.client, jobArn);
    return 'output' in result && result.output.importedModelArn !== undefined;
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

function describe(result: CallResult<unknown>): string {
  return 'error' in result ? quote(result.error) : 'done';
}
