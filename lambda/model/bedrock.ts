import {
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  paginateListImportedModels,
  paginateListModelImportJobs,
  TagResourceCommand,
  UntagResourceCommand,
  type BedrockClient,
  type CreateModelImportJobCommandInput,
  type GetImportedModelCommandOutput,
  type ImportedModelSummary,
  type ListModelImportJobsCommandInput,
  type ModelImportJobSummary,
  type Tag,
} from '@aws-sdk/client-bedrock';
import { findModelOfJob, type Job } from '../shared/bedrock';
import { unlessAbsent } from '../shared/errors';
import type { Calls } from './calls';

export type Model = Partial<GetImportedModelCommandOutput>;

/** Bedrock's operations on import jobs and imported models. Every error is a `CallError`; not found is `undefined`. */
export class ModelImports {
  constructor(
    private readonly client: BedrockClient,
    private readonly calls: Calls,
  ) {}

  /** Starts a job and returns its ARN. */
  public async startJob(input: CreateModelImportJobCommandInput): Promise<string> {
    const command = new CreateModelImportJobCommand(input);
    const { jobArn } = await this.calls.call('bedrock:CreateModelImportJob', (options) =>
      this.client.send(command, options),
    );
    return jobArn!;
  }

  public async findJob(jobIdentifier: string): Promise<Job | undefined> {
    const command = new GetModelImportJobCommand({ jobIdentifier });
    return unlessAbsent(
      this.calls.call(
        'bedrock:GetModelImportJob',
        (options) => this.client.send(command, options),
        jobIdentifier,
      ),
    );
  }

  /** A job by its unique name. A list cannot fail for absence, and may show a new job a minute late. */
  public async findJobByName(jobName: string): Promise<ModelImportJobSummary | undefined> {
    return (await this.listJobs({ nameContains: jobName })).find((job) => job.jobName === jobName);
  }

  public async findRunningJob(): Promise<ModelImportJobSummary | undefined> {
    return (await this.listJobs({ statusEquals: 'InProgress' }))[0];
  }

  public async findModel(modelIdentifier: string): Promise<Model | undefined> {
    return unlessAbsent(this.describeModel(modelIdentifier));
  }

  /** The models of the account, or those whose names contain a text. */
  public async listModels(nameContains?: string): Promise<ImportedModelSummary[]> {
    return this.calls.call('bedrock:ListImportedModels', (options) =>
      collect(
        paginateListImportedModels({ client: this.client }, { nameContains }, options),
        ({ modelSummaries }) => modelSummaries,
      ),
    );
  }

  /** The model that a job has imported, though Bedrock does not name it, or does not keep the job's record. */
  public async findModelOfJob(jobArn: string, modelName?: string): Promise<Model | undefined> {
    const listed = await this.listModels(modelName);
    return findModelOfJob(jobArn, listed, (modelArn) => this.describeModel(modelArn));
  }

  /** Deletes a model by its ARN or its name. Says whether it was there, as far as Bedrock takes what is given. */
  public async deleteModel(modelIdentifier: string): Promise<boolean> {
    const command = new DeleteImportedModelCommand({ modelIdentifier });
    const deleted = await unlessAbsent(
      this.calls.call(
        'bedrock:DeleteImportedModel',
        (options) => this.client.send(command, options),
        modelIdentifier,
      ),
    );
    return deleted !== undefined;
  }

  /** Sets and removes tags of a job or a model. That it is not there is an error. */
  public async changeTags(resourceARN: string, tags: Tag[], tagKeys: string[]): Promise<void> {
    if (tagKeys.length > 0) {
      const untag = new UntagResourceCommand({ resourceARN, tagKeys });
      await this.calls.call(
        'bedrock:UntagResource',
        (options) => this.client.send(untag, options),
        resourceARN,
      );
    }
    const tag = new TagResourceCommand({ resourceARN, tags });
    await this.calls.call('bedrock:TagResource', (options) => this.client.send(tag, options), resourceARN);
  }

  private async describeModel(modelIdentifier: string): Promise<Model> {
    const command = new GetImportedModelCommand({ modelIdentifier });
    return this.calls.call(
      'bedrock:GetImportedModel',
      (options) => this.client.send(command, options),
      modelIdentifier,
    );
  }

  private async listJobs(query: ListModelImportJobsCommandInput): Promise<ModelImportJobSummary[]> {
    return this.calls.call('bedrock:ListModelImportJobs', (options) =>
      collect(
        paginateListModelImportJobs({ client: this.client }, query, options),
        ({ modelImportJobSummaries }) => modelImportJobSummaries,
      ),
    );
  }
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    items.push(...(itemsOf(page) ?? []));
  }
  return items;
}
