import { endOf, statusOf, type ImportScript, type Job, type JobDefinition, type Tag } from './import-job';

export const ACCOUNT_ID = '000000000000';

/** What is there: jobs, models and tags, whatever the account lets see of them. */
export class Records {
  private readonly jobs = new Map<string, Job>();
  private readonly deletions = new Map<Job, number>();
  private readonly invocations = new Map<Job, number>();
  private readonly tagSets = new Map<string, Map<string, string>>();
  private created = 0;

  constructor(private readonly now: () => number) {}

  public add(
    definition: JobDefinition & ImportScript & Pick<Job, 'clientRequestToken'>,
    tags: { readonly job?: Tag[]; readonly model?: Tag[] } = {},
  ): Job {
    const region = definition.region ?? 'us-east-1';
    const id = (++this.created).toString(36);
    const arn = (type: string, filler: string): string =>
      `arn:aws:bedrock:${region}:${ACCOUNT_ID}:${type}/${id.padStart(12, `${filler}000000000`)}`;
    const job: Job = {
      ...definition,
      region,
      importedModelName: definition.importedModelName ?? `${definition.jobName}-model`,
      jobArn: arn('model-import-job', 'job'),
      modelArn: arn('imported-model', 'mdl'),
      startedAt: this.now(),
    };
    this.jobs.set(job.jobArn, job);
    this.tagSets.set(job.jobArn, toMap(tags.job));
    this.tagSets.set(job.modelArn, toMap(tags.model));
    return job;
  }

  /** In the order of their creation. */
  public jobsIn(region: string): Job[] {
    return [...this.jobs.values()].filter((job) => job.region === region);
  }

  /** A job by ARN or name, in any Region unless one is given. */
  public job(identifier: string, region?: string): Job | undefined {
    const job = this.jobs.get(identifier) ?? this.find(({ jobName }) => jobName === identifier, region);
    return job && isIn(job, region) ? job : undefined;
  }

  /** The jobs whose models are there, in the order of their creation. */
  public modelsIn(region: string): Job[] {
    return this.jobsIn(region).filter((job) => this.hasModel(job));
  }

  /** The job whose model is there, by the model's ARN or name, in any Region unless one is given. */
  public model(identifier: string, region?: string): Job | undefined {
    return this.find(
      (job) => (job.modelArn === identifier || job.importedModelName === identifier) && this.hasModel(job),
      region,
    );
  }

  public hasModel(job: Job): boolean {
    return statusOf(job, this.now()) === 'Completed' && !this.deletions.has(job);
  }

  public deleteModel(job: Job): void {
    this.deletions.set(job, this.now());
  }

  /** When a job's model was deleted. */
  public deletionOf(job: Job): number | undefined {
    return this.deletions.get(job);
  }

  public noteInvocation(job: Job): void {
    this.invocations.set(job, this.now());
  }

  /** When a job's model was imported, or invoked for the last time. */
  public lastUseOf(job: Job): number {
    return this.invocations.get(job) ?? endOf(job);
  }

  /** The tags of a job or a model that is there. */
  public tagsOf(arn: string, region?: string): Map<string, string> | undefined {
    return (this.job(arn, region) ?? this.model(arn, region)) && this.tagSets.get(arn);
  }

  /** Forgets a job and its model, as if they had never been. */
  public forget(jobArn: string): void {
    this.jobs.delete(jobArn);
  }

  private find(matches: (job: Job) => boolean, region?: string): Job | undefined {
    for (const job of this.jobs.values()) {
      if (isIn(job, region) && matches(job)) {
        return job;
      }
    }
    return undefined;
  }
}

function isIn(job: Job, region = job.region): boolean {
  return job.region === region;
}

function toMap(tags: Tag[] = []): Map<string, string> {
  return new Map(tags.map(({ key, value }) => [key, value]));
}
