import {
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListTagsForResourceCommand,
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
import { isAbsent, toFault, type Fault, type Job } from '../shared/bedrock';

/** A call that failed. */
export class CallError extends Error {
  public readonly fault: Fault;

  constructor(
    /** The operation that was called, which is also what its permission is called. */
    public readonly operation: string,
    error: unknown,
    /** What was asked for, when it was one thing. */
    public readonly identifier = '',
  ) {
    const fault = toFault(error);
    super(fault.message);
    this.fault = fault;
  }
}

/**
 * Bedrock's operations on import jobs and imported models, as the lifecycle function uses them. Every fault
 * is thrown as a `CallError`, but for what is asked for and is not there, in either of the words for it.
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
    const command = new CreateModelImportJobCommand(input);
    const { jobArn } = await call('CreateModelImportJob', this.client.send(command, this.options));
    return jobArn!;
  }

  /** A job by its ARN. */
  public async job(jobIdentifier: string): Promise<Job | undefined> {
    const command = new GetModelImportJobCommand({ jobIdentifier });
    return unlessAbsent(call('GetModelImportJob', this.client.send(command, this.options), jobIdentifier));
  }

  /** The jobs of the account that a query selects, newest first. Absence is no fault here. */
  public async jobs(query: ListModelImportJobsCommandInput): Promise<ModelImportJobSummary[]> {
    const input = { sortBy: 'CreationTime', sortOrder: 'Descending', ...query } as const;
    const pages = paginateListModelImportJobs({ client: this.client }, input, this.options);
    return call(
      'ListModelImportJobs',
      collect(pages, ({ modelImportJobSummaries }) => modelImportJobSummaries),
    );
  }

  /** A model by its ARN. */
  public async model(modelIdentifier: string): Promise<GetImportedModelCommandOutput | undefined> {
    const command = new GetImportedModelCommand({ modelIdentifier });
    return unlessAbsent(call('GetImportedModel', this.client.send(command, this.options), modelIdentifier));
  }

  /** The models of the account, or those whose names contain a text. Absence is no fault here. */
  public async models(nameContains?: string): Promise<ImportedModelSummary[]> {
    const pages = paginateListImportedModels({ client: this.client }, { nameContains }, this.options);
    return call(
      'ListImportedModels',
      collect(pages, ({ modelSummaries }) => modelSummaries),
    );
  }

  /** Deletes a model by its ARN. Says whether it was there, as far as Bedrock takes an ARN here. */
  public async deleteModel(modelArn: string): Promise<boolean> {
    const answer = await unlessAbsent(this.deleteByIdentifier(modelArn));
    return answer !== undefined;
  }

  /** Deletes a model by its name. That it is not there is a fault as well. */
  public async deleteListedModel(modelName: string): Promise<void> {
    await this.deleteByIdentifier(modelName);
  }

  /** The tags of a job; undefined when there is nothing to have tags. */
  public async tagsOf(resourceARN: string): Promise<Tag[] | undefined> {
    const command = new ListTagsForResourceCommand({ resourceARN });
    const answer = await unlessAbsent(
      call('ListTagsForResource', this.client.send(command, this.options), resourceARN),
    );
    return answer && (answer.tags ?? []);
  }

  /** Sets and removes tags of a job or a model. That it is not there is a fault as well. */
  public async changeTags(resourceARN: string, tags: Tag[], removedKeys: string[]): Promise<void> {
    if (removedKeys.length > 0) {
      const command = new UntagResourceCommand({ resourceARN, tagKeys: removedKeys });
      await call('UntagResource', this.client.send(command, this.options), resourceARN);
    }
    const command = new TagResourceCommand({ resourceARN, tags });
    await call('TagResource', this.client.send(command, this.options), resourceARN);
  }

  private deleteByIdentifier(modelIdentifier: string): Promise<object> {
    const command = new DeleteImportedModelCommand({ modelIdentifier });
    return call('DeleteImportedModel', this.client.send(command, this.options), modelIdentifier);
  }
}

async function call<T>(operation: string, answer: Promise<T>, identifier?: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new CallError(operation, error, identifier);
  }
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CallError && isAbsent(error.fault)) {
      return undefined;
    }
    throw error;
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
