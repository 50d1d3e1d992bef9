import {
  CreateModelImportJobCommand,
  type BedrockClient,
  type CreateModelImportJobRequest,
} from '@aws-sdk/client-bedrock';
import { ask, getJob, quote, type Clock } from './bedrock';
import type { Findings } from './findings';
import { Leftovers, LONGEST_IMPORT_MS } from './leftovers';
import { asNewRole, isNameInUse, isQuota } from './refusals';
import { PATIENCE_MS, until } from './waiting';

const SECOND = 1000;

/** Two keys, each of which only one of the two sides of an import may use. */
export interface ProbeKeys {
  /** The ARN of the key that the caller may use, and the import role may not. */
  readonly callers: string;
  /** The ARN of the key that the import role may use, and the caller may not. */
  readonly roles: string;
}

interface PermissionOptions {
  readonly s3Uri: string;
  /** A role that may list the bucket without a condition. */
  readonly roleArn: string;
  /** A role that may list the bucket only with the prefix of the weights. */
  readonly listingRoleArn?: string;
  readonly keys?: ProbeKeys;
  /** Told what happens. */
  readonly log: (line: string) => void;
}

type Import = Pick<CreateModelImportJobRequest, 'roleArn' | 'importedModelKmsKeyId'>;

/** Which permissions an import needs: tries imports that lack one, and deletes the models of those that succeed. */
export class PermissionProbe {
  constructor(
    private readonly client: BedrockClient,
    private readonly findings: Findings,
    private readonly clock: Clock,
    private readonly options: PermissionOptions,
  ) {}

  public async run(): Promise<void> {
    const { listingRoleArn, keys } = this.options;
    if (listingRoleArn) {
      await this.askForSourceAccess(listingRoleArn);
    }
    if (keys) {
      await this.askForModelKey(keys);
    }
  }

  private async askForSourceAccess(roleArn: string): Promise<void> {
    const refusal = await this.tryImport('listing', { roleArn }, /S3|ListBucket|HeadBucket/);
    this.findings.note(
      'sourceAccess',
      refusal ? 'HeadBucket first' : 'objects and listings',
      `with a condition on s3:prefix: ${refusal ?? 'imported'}`,
    );
  }

  private async askForModelKey({ callers, roles }: ProbeKeys): Promise<void> {
    const { roleArn } = this.options;
    const isKey = /kms/i;
    const ofRole = await this.tryImport('callers-key', { roleArn, importedModelKmsKeyId: callers }, isKey);
    if (!ofRole) {
      this.findings.note('modelKey', "the caller's", 'the import role may not use the key: imported');
      return;
    }
    const ofCaller = await this.tryImport('roles-key', { roleArn, importedModelKmsKeyId: roles }, isKey);
    this.findings.note(
      'modelKey',
      ofCaller ? 'both' : "the import role's",
      `the import role may not use the key: ${ofRole}; the caller may not: ${ofCaller ?? 'imported'}`,
    );
  }

  /**
   * Imports the model, and deletes it.
   *
   * @param about what an error mentions that answers the question
   * @returns the error of the call or of the job, in Bedrock's words; undefined if the import succeeds
   */
  private async tryImport(which: string, request: Import, about: RegExp): Promise<string | undefined> {
    const { client, clock, options } = this;
    const jobName = `probe-${which}-${clock.now()}`;
    const importedModelName = `${jobName}-model`;
    const leftovers = new Leftovers(client, clock, options.log);
    leftovers.expect(jobName, importedModelName);
    try {
      const modelDataSource = { s3DataSource: { s3Uri: options.s3Uri } };
      const definition = { ...request, jobName, importedModelName, modelDataSource };
      const created = await this.create({ ...definition, clientRequestToken: jobName }, about);
      const reason = 'refusal' in created ? quote(created.refusal) : await this.failureOf(created.jobArn);
      if (reason && !('refusal' in created && isNameInUse(created.refusal))) {
        leftovers.forget(importedModelName);
      }
      if (reason && !about.test(reason)) {
        throw new Error(`The import was refused for another reason: ${reason}`);
      }
      options.log(`${jobName}: ${reason ?? 'imported'}`);
      return reason;
    } finally {
      await leftovers.cleanUp();
    }
  }

  /** Starts a job when the import slot is free. A client error counts when it lasts: permissions arrive late. */
  private async create(
    request: CreateModelImportJobRequest,
    about: RegExp,
  ): Promise<{ jobArn: string } | { refusal: Error }> {
    const startedAt = this.clock.now();
    let refusedAt: number | undefined;
    for (;;) {
      const reply = await ask(this.client.send(new CreateModelImportJobCommand(request)));
      if ('output' in reply) {
        return { jobArn: reply.output.jobArn! };
      }
      const { refusal } = reply;
      refusedAt = isQuota(refusal) ? undefined : (refusedAt ?? this.clock.now());
      const [since, patience] = refusedAt ? [refusedAt, PATIENCE_MS] : [startedAt, LONGEST_IMPORT_MS];
      const mayPass = isQuota(refusal) || asNewRole(refusal) !== undefined || about.test(refusal.message);
      if (!mayPass || this.clock.now() - since > patience) {
        return { refusal };
      }
      this.options.log(`Not yet: ${quote(refusal)}`);
      await this.clock.sleep(5 * SECOND);
    }
  }

  /** Waits for the end of a job, and returns why it failed; undefined if it has not. */
  private async failureOf(jobArn: string): Promise<string | undefined> {
    let failure: string | undefined;
    const hasEnded = async (): Promise<boolean> => {
      const reply = await getJob(this.client, jobArn);
      if ('refusal' in reply || reply.output.status === 'InProgress') {
        return false;
      }
      failure =
        reply.output.status === 'Failed' ? `the job failed: ${reply.output.failureMessage}` : undefined;
      return true;
    };
    if (!(await until(this.clock, hasEnded, LONGEST_IMPORT_MS))) {
      throw new Error(`The import did not end: ${jobArn}`);
    }
    return failure;
  }
}
