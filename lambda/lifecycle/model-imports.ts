import {
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListTagsForResourceCommand,
  paginateListModelImportJobs,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  ValidationException,
  type BedrockClient,
  type CreateModelImportJobCommandInput,
  type GetImportedModelCommandOutput,
  type ListModelImportJobsCommandInput,
  type ModelImportJobSummary,
  type Tag,
} from '@aws-sdk/client-bedrock';
import type { Job } from '../shared/bedrock';

/**
 * Bedrock's operations on import jobs and imported models, as the lifecycle function uses them: what is
 * not there is undefined, every other fault is thrown.
 */
export class ModelImports {
  private readonly options: { readonly abortSignal: AbortSignal };

  /**
   * @param limitMs all calls of one instance together end within this many milliseconds
   */
  constructor(
    private readonly client: BedrockClient,
    limitMs: number,
  ) {
    this.options = { abortSignal: AbortSignal.timeout(limitMs) };
  }

  /** Starts a job and returns its ARN. */
  public async start(input: CreateModelImportJobCommandInput): Promise<string> {
    const { jobArn } = await this.client.send(new CreateModelImportJobCommand(input), this.options);
    return jobArn!;
  }

  /** A job by its ARN or name. */
  public async job(jobIdentifier: string): Promise<Job | undefined> {
    return unlessNotFound(this.client.send(new GetModelImportJobCommand({ jobIdentifier }), this.options));
  }

  /** The jobs of the account that a query selects, newest first. */
  public async jobs(query: ListModelImportJobsCommandInput): Promise<ModelImportJobSummary[]> {
    const jobs: ModelImportJobSummary[] = [];
    const input = { sortBy: 'CreationTime', sortOrder: 'Descending', ...query } as const;
    for await (const page of paginateListModelImportJobs({ client: this.client }, input, this.options)) {
      jobs.push(...(page.modelImportJobSummaries ?? []));
    }
    return jobs;
  }

  /** A model by its ARN or name. */
  public async model(modelIdentifier: string): Promise<GetImportedModelCommandOutput | undefined> {
    return unlessNotFound(this.client.send(new GetImportedModelCommand({ modelIdentifier }), this.options));
  }

  /**
   * Deletes a model, unless it is gone already. The operation documents a name as its identifier; an ARN
   * cannot hit another model that took the name over, so the name comes second.
   */
  public async deleteModel(modelArn: string, modelName: string | undefined): Promise<void> {
    try {
      await this.deleteByIdentifier(modelArn);
    } catch (error) {
      if (!(error instanceof ValidationException) || !modelName) {
        throw error;
      }
      const model = await this.model(modelName);
      if (model?.modelArn === modelArn) {
        await this.deleteByIdentifier(modelName);
      }
    }
  }

  /** The tags of a job or a model; none when it is gone. */
  public async tagsOf(resourceARN: string): Promise<Tag[]> {
    const answer = await unlessNotFound(
      this.client.send(new ListTagsForResourceCommand({ resourceARN }), this.options),
    );
    return answer?.tags ?? [];
  }

  /** Sets and removes tags of a job or a model, unless it is gone. */
  public async changeTags(resourceARN: string, tags: Tag[], removedKeys: string[]): Promise<void> {
    if (removedKeys.length > 0) {
      await unlessNotFound(
        this.client.send(new UntagResourceCommand({ resourceARN, tagKeys: removedKeys }), this.options),
      );
    }
    if (tags.length > 0) {
      await unlessNotFound(this.client.send(new TagResourceCommand({ resourceARN, tags }), this.options));
    }
  }

  private async deleteByIdentifier(modelIdentifier: string): Promise<void> {
    await unlessNotFound(this.client.send(new DeleteImportedModelCommand({ modelIdentifier }), this.options));
  }
}

async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}
