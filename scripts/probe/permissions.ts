import type { BedrockClient, CreateModelImportJobRequest } from '@aws-sdk/client-bedrock';
import { getJob, quote, type Clock } from './bedrock';
import type { Findings } from './findings';
import { Orphans, LONGEST_IMPORT_MS } from './orphans';
import { asNewRole, isNameInUse } from './errors';
import { startJob } from './starting';
import { until } from './waiting';

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
  /** Gets a line for each step. */
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
      await this.probeSourceAccess(listingRoleArn);
    }
    if (keys) {
      await this.probeModelKey(keys);
    }
  }

  private async probeSourceAccess(roleArn: string): Promise<void> {
    const error = await this.tryImport('listing', { roleArn }, /S3|ListBucket|HeadBucket/);
    this.findings.note(
      'sourceAccess',
      error ? 'HeadBucket first' : 'objects and listings',
      `with a condition on s3:prefix: ${error ?? 'imported'}`,
    );
  }

  private async probeModelKey({ callers, roles }: ProbeKeys): Promise<void> {
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
    const orphans = new Orphans(client, clock, options.log);
    orphans.expect(jobName, importedModelName);
    try {
      const modelDataSource = { s3DataSource: { s3Uri: options.s3Uri } };
      const definition = { ...request, jobName, importedModelName, modelDataSource };
      const created = await startJob(
        client,
        clock,
        { ...definition, clientRequestToken: jobName },
        {
          mayPass: (error) => asNewRole(error) !== undefined || about.test(error.message),
          log: options.log,
        },
      );
      const reason = 'error' in created ? quote(created.error) : await this.failureOf(created.output);
      if (reason && !('error' in created && isNameInUse(created.error))) {
        orphans.forget(importedModelName);
      }
      if (reason && !about.test(reason)) {
        throw new Error(`The import failed for another reason: ${reason}`);
      }
      options.log(`${jobName}: ${reason ?? 'imported'}`);
      return reason;
    } finally {
      await orphans.cleanUp();
    }
  }

  /** Waits for the end of a job, and returns why it failed; undefined if it has not. */
  private async failureOf(jobArn: string): Promise<string | undefined> {
    let failure: string | undefined;
    const hasEnded = async (): Promise<boolean> => {
      const result = await getJob(this.client, jobArn);
      if ('error' in result || result.output.status === 'InProgress') {
        return false;
      }
      failure =
        result.output.status === 'Failed' ? `the job failed: ${result.output.failureMessage}` : undefined;
      return true;
    };
    if (!(await until(this.clock, hasEnded, LONGEST_IMPORT_MS))) {
      throw new Error(`The import did not end: ${jobArn}`);
    }
    return failure;
  }
}
