import { DeleteImportedModelCommand, type BedrockClient } from '@aws-sdk/client-bedrock';
import { resultOf, getJob, getModel, isAbsence, type Clock, type CallResult } from './bedrock';
import { MINUTE, until } from './waiting';

/** How long an import may take. */
export const LONGEST_IMPORT_MS = 12 * 60 * MINUTE;

/** How long a job or a model may not show yet. */
const APPEARANCE_MS = 2 * MINUTE;

/** The imports that a probe may have started, whose models must not stay. */
export class Orphans {
  /** The names of the models, and of the jobs that make them. */
  private readonly imports = new Map<string, string>();

  constructor(
    private readonly client: BedrockClient,
    private readonly clock: Clock,
    private readonly log: (line: string) => void,
  ) {}

  /** Notes an import before the call that starts it: its response may be lost. */
  public expect(jobName: string, modelName: string): void {
    this.imports.set(modelName, jobName);
  }

  /** Notes that an import has certainly not started. */
  public forget(modelName: string): void {
    this.imports.delete(modelName);
  }

  public delete(modelIdentifier: string): Promise<CallResult<unknown>> {
    return resultOf(this.client.send(new DeleteImportedModelCommand({ modelIdentifier })));
  }

  /** Deletes a model unless it is gone, and says whether it is. */
  public async isDeleted(modelName: string): Promise<boolean> {
    const result = await getModel(this.client, modelName);
    if ('output' in result) {
      await this.delete(modelName);
      return false;
    }
    const isGone = isAbsence(result.error.name);
    if (isGone) {
      this.forget(modelName);
    }
    return isGone;
  }

  public async isThere(modelName: string): Promise<boolean> {
    return 'output' in (await getModel(this.client, modelName));
  }

  /** Deletes every model that the probe has imported, whatever went wrong, or says which one stays. */
  public async cleanUp(): Promise<void> {
    for (const [modelName, jobName] of this.imports) {
      this.log(`Deleting the model ${modelName}`);
      const isGone = await this.remove(modelName, jobName).catch(() => false);
      if (!isGone) {
        this.log(`Look for this model and delete it by hand: ${modelName}`);
      }
    }
  }

  /** Whether there is nothing any more. */
  private async remove(modelName: string, jobName: string): Promise<boolean> {
    const { client, clock } = this;
    const isKnown = async (): Promise<boolean> => 'output' in (await getJob(client, jobName));
    if (!(await until(clock, isKnown, APPEARANCE_MS))) {
      const result = await getJob(client, jobName);
      return 'error' in result && isAbsence(result.error.name);
    }
    const hasEnded = async (): Promise<boolean> => {
      const result = await getJob(client, jobName);
      return 'output' in result && result.output.status !== 'InProgress';
    };
    await until(clock, hasEnded, LONGEST_IMPORT_MS);
    const wasThere = await until(clock, () => this.isThere(modelName), APPEARANCE_MS);
    return wasThere !== undefined && (await until(clock, () => this.isDeleted(modelName))) !== undefined;
  }
}
