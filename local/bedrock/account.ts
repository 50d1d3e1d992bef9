/**
 * What the Bedrock stand-in knows of an account: import jobs, imported models and their tags, under
 * Bedrock's rules.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelImportJob.html
 */

const ACCOUNT = '000000000000';
const TAGS_PER_REQUEST = 200;
const TAGS_PER_RESOURCE = 50;
const JOB_NAME = /^[a-zA-Z0-9][a-zA-Z0-9+.-]{0,62}$/;
const MODEL_NAME = /^(?!.*[_-]{2})[0-9a-zA-Z][0-9a-zA-Z_-]{0,62}$/;
const ROLE_ARN = /^arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\/.+$/;
const S3_URI = /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](\/[-!_*'().a-z0-9A-Z]+)*\/?$/;
const TOKEN = /^[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?$/;
const TAG_TEXT = /^[a-zA-Z0-9\s._:/=+@-]*$/;

/** How an import goes. */
export interface ImportScript {
  /** Milliseconds until the job ends. @default 0 */
  readonly durationMs?: number;
  /** How it ends. @default Completed */
  readonly outcome?: 'Completed' | 'Failed';
  readonly failureMessage?: string;
  /** Overrides fields of the job's description; `undefined` leaves a field out. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** What a job is made of. */
export interface JobDefinition {
  readonly jobName: string;
  readonly importedModelName?: string;
  readonly region?: string;
  readonly roleArn?: string;
  readonly s3Uri?: string;
  readonly importedModelKmsKeyArn?: string;
  readonly vpcConfig?: { readonly subnetIds: string[]; readonly securityGroupIds: string[] };
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type Body = Record<string, unknown>;

/** The body of `CreateModelImportJob`. */
interface CreateRequest {
  readonly jobName?: string;
  readonly importedModelName?: string;
  readonly roleArn?: string;
  readonly modelDataSource?: { readonly s3DataSource?: { readonly s3Uri?: string } };
  readonly jobTags?: Tag[];
  readonly importedModelTags?: Tag[];
  readonly clientRequestToken?: string;
  readonly vpcConfig?: JobDefinition['vpcConfig'];
  readonly importedModelKmsKeyId?: string;
}

interface Job extends JobDefinition, ImportScript {
  readonly region: string;
  readonly importedModelName: string;
  readonly jobArn: string;
  readonly modelArn: string;
  readonly startedAt: number;
  readonly clientRequestToken?: string;
}

/** An exception as Bedrock throws it. */
export class BedrockException extends Error {
  constructor(
    public readonly status: number,
    name: string,
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}

export class BedrockAccount {
  /** How many imported models the account may hold. */
  public modelQuota = 3;
  /** How the imports go that `CreateModelImportJob` starts, one each; the last one stays. */
  public scripts: ImportScript[] = [{}];
  private readonly jobs: Job[] = [];
  private created = 0;
  private readonly deletedModels = new Set<string>();
  private readonly tags = new Map<string, Map<string, string>>();

  /** Adds a job without asking for quotas and names, and returns its ARN. */
  public addJob(
    definition: JobDefinition & ImportScript & Pick<Job, 'clientRequestToken'>,
    tags: { readonly job?: Tag[]; readonly model?: Tag[] } = {},
  ): string {
    const region = definition.region ?? 'us-east-1';
    const id = (++this.created).toString(36);
    const arn = (type: string, filler: string): string =>
      `arn:aws:bedrock:${region}:${ACCOUNT}:${type}/${id.padStart(12, `${filler}000000000`)}`;
    const job: Job = {
      ...definition,
      region,
      importedModelName: definition.importedModelName ?? `${definition.jobName}-model`,
      jobArn: arn('model-import-job', 'job'),
      modelArn: arn('imported-model', 'mdl'),
      startedAt: Date.now(),
    };
    this.jobs.push(job);
    this.tags.set(job.jobArn, toMap(tags.job));
    this.tags.set(job.modelArn, toMap(tags.model));
    return job.jobArn;
  }

  /** `CreateModelImportJob` */
  public createJob(request: CreateRequest, region: string): string {
    validate(request);
    const { clientRequestToken, jobName, importedModelName } = request;
    const jobs = this.visibleJobs(region);
    const repeated = jobs.find((job) => clientRequestToken && job.clientRequestToken === clientRequestToken);
    if (repeated) {
      return repeated.jobArn;
    }
    if (jobs.some((job) => job.jobName === jobName)) {
      throw conflict(`A model import job with the name ${jobName} exists already`);
    }
    const models = this.models(region);
    const running = jobs.find((job) => this.statusOf(job) === 'InProgress');
    if (
      [...models, ...(running ? [running] : [])].some((job) => job.importedModelName === importedModelName)
    ) {
      throw conflict(`An imported model with the name ${importedModelName} exists already`);
    }
    if (running) {
      throw quota('The number of concurrent model import jobs exceeds the limit of 1');
    }
    if (models.length >= this.modelQuota) {
      throw quota(`The number of imported models exceeds the limit of ${this.modelQuota}`);
    }
    const script = this.scripts.length > 1 ? this.scripts.shift() : this.scripts[0];
    return this.addJob(
      {
        ...script,
        jobName: jobName!,
        importedModelName,
        region,
        clientRequestToken,
        roleArn: request.roleArn,
        s3Uri: request.modelDataSource?.s3DataSource?.s3Uri,
        vpcConfig: request.vpcConfig,
        importedModelKmsKeyArn: request.importedModelKmsKeyId,
      },
      { job: request.jobTags, model: request.importedModelTags },
    );
  }

  /** `GetModelImportJob`: by ARN or name. */
  public describeJob(identifier: string): Body | undefined {
    const job = this.findJob(identifier);
    if (!job) {
      return undefined;
    }
    const status = this.statusOf(job);
    const ended = status !== 'InProgress';
    return {
      jobArn: job.jobArn,
      jobName: job.jobName,
      importedModelName: job.importedModelName,
      importedModelArn: status === 'Completed' ? job.modelArn : undefined,
      roleArn: job.roleArn ?? `arn:aws:iam::${ACCOUNT}:role/import`,
      modelDataSource: { s3DataSource: { s3Uri: job.s3Uri ?? 's3://weights/model/' } },
      status,
      failureMessage: status === 'Failed' ? job.failureMessage : undefined,
      creationTime: iso(job.startedAt),
      lastModifiedTime: iso(ended ? endOf(job) : job.startedAt),
      endTime: ended ? iso(endOf(job)) : undefined,
      vpcConfig: job.vpcConfig,
      importedModelKmsKeyArn: job.importedModelKmsKeyArn,
      ...job.overrides,
    };
  }

  /** `ListModelImportJobs` */
  public listJobs(query: URLSearchParams, region: string): Body {
    const jobs = this.visibleJobs(region)
      .filter((job) => job.jobName.includes(query.get('nameContains') ?? ''))
      .filter((job) => this.statusOf(job) === (query.get('statusEquals') ?? this.statusOf(job)))
      .filter((job) => isInPeriod(job.startedAt, query));
    const fields = [
      ...['jobArn', 'jobName', 'status', 'lastModifiedTime', 'creationTime', 'endTime'],
      ...['importedModelArn', 'importedModelName'],
    ];
    const { items, nextToken } = paginate(jobs, query);
    return {
      modelImportJobSummaries: items.map((job) => pick(this.describeJob(job.jobArn)!, fields)),
      nextToken,
    };
  }

  /** `GetImportedModel`: by ARN or name. */
  public describeModel(identifier: string): Body {
    const job = this.findModel(identifier);
    return {
      modelArn: job.modelArn,
      modelName: job.importedModelName,
      jobName: job.jobName,
      jobArn: job.jobArn,
      modelDataSource: this.describeJob(job.jobArn)!.modelDataSource,
      creationTime: iso(endOf(job)),
      modelArchitecture: 'llama',
      modelKmsKeyArn: job.importedModelKmsKeyArn,
      instructSupported: true,
    };
  }

  /** `ListImportedModels` */
  public listModels(query: URLSearchParams, region: string): Body {
    const models = this.models(region)
      .filter((job) => job.importedModelName.includes(query.get('nameContains') ?? ''))
      .filter((job) => isInPeriod(endOf(job), query));
    const fields = ['modelArn', 'modelName', 'creationTime', 'instructSupported', 'modelArchitecture'];
    const { items, nextToken } = paginate(models, query);
    return { modelSummaries: items.map((job) => pick(this.describeModel(job.modelArn), fields)), nextToken };
  }

  /** `DeleteImportedModel`: by ARN or name. */
  public deleteModel(identifier: string): void {
    const importing = this.jobs.find((job) => job.importedModelName === identifier);
    if (importing && this.statusOf(importing) === 'InProgress') {
      throw conflict(`The model ${identifier} is being imported`);
    }
    this.deletedModels.add(this.findModel(identifier).modelArn);
  }

  /** `ListTagsForResource` */
  public tagsOf(resourceArn: string): Tag[] {
    return [...this.findTags(resourceArn)].map(([key, value]) => ({ key, value }));
  }

  /** `TagResource` */
  public tag(resourceArn: string, tags: Tag[]): void {
    validateTags(tags);
    const existing = this.findTags(resourceArn);
    const merged = new Map([...existing, ...toMap(tags)]);
    if (merged.size > TAGS_PER_RESOURCE) {
      throw tooManyTags();
    }
    this.tags.set(resourceArn, merged);
  }

  /** `UntagResource` */
  public untag(resourceArn: string, keys: string[]): void {
    const existing = this.findTags(resourceArn);
    keys.forEach((key) => existing.delete(key));
  }

  /** Forgets a job, as if it had never been. */
  public forgetJob(jobArn: string): void {
    this.jobs.splice(this.jobs.indexOf(this.findJob(jobArn)!), 1);
  }

  /** When a job ends or ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    return endOf(this.findJob(jobArn)!);
  }

  private statusOf(job: Job): string {
    return Date.now() < endOf(job) ? 'InProgress' : (job.outcome ?? 'Completed');
  }

  private visibleJobs(region: string): Job[] {
    return this.jobs.filter((job) => job.region === region);
  }

  private models(region: string): Job[] {
    return this.visibleJobs(region).filter((job) => this.hasModel(job));
  }

  private hasModel(job: Job): boolean {
    return this.statusOf(job) === 'Completed' && !this.deletedModels.has(job.modelArn);
  }

  private findJob(identifier: string): Job | undefined {
    return this.jobs.find(({ jobArn, jobName }) => identifier === jobArn || identifier === jobName);
  }

  private findModel(identifier: string): Job {
    const job = this.jobs.find(
      (each) =>
        this.hasModel(each) && (identifier === each.modelArn || identifier === each.importedModelName),
    );
    if (!job) {
      throw notFound('Could not find an imported model with the given identifier');
    }
    return job;
  }

  private findTags(resourceArn: string): Map<string, string> {
    const job = this.jobs.find(
      (each) => each.jobArn === resourceArn || (each.modelArn === resourceArn && this.hasModel(each)),
    );
    if (!job) {
      throw notFound('Could not find a resource with the given ARN');
    }
    return this.tags.get(resourceArn)!;
  }
}

export function notFound(message: string): BedrockException {
  return new BedrockException(404, 'ResourceNotFoundException', message);
}

function invalid(message: string): BedrockException {
  return new BedrockException(400, 'ValidationException', message);
}

function conflict(message: string): BedrockException {
  return new BedrockException(400, 'ConflictException', message);
}

function quota(message: string): BedrockException {
  return new BedrockException(400, 'ServiceQuotaExceededException', message);
}

function tooManyTags(): BedrockException {
  const message = `A resource can have at most ${TAGS_PER_RESOURCE} tags`;
  return new BedrockException(400, 'TooManyTagsException', message);
}

function validate(request: CreateRequest): void {
  const fields: [string, string | undefined, RegExp][] = [
    ['jobName', request.jobName, JOB_NAME],
    ['importedModelName', request.importedModelName, MODEL_NAME],
    ['roleArn', request.roleArn, ROLE_ARN],
    ['modelDataSource.s3DataSource.s3Uri', request.modelDataSource?.s3DataSource?.s3Uri, S3_URI],
    ['clientRequestToken', request.clientRequestToken ?? 'none', TOKEN],
  ];
  for (const [field, value, pattern] of fields) {
    if (!pattern.test(value ?? '')) {
      throw invalid(`Value '${value}' at '${field}' failed to satisfy constraint: ${pattern.source}`);
    }
  }
  const { subnetIds = ['x'], securityGroupIds = ['x'] } = request.vpcConfig ?? {};
  if (!isBetween(subnetIds.length, 1, 16) || !isBetween(securityGroupIds.length, 1, 5)) {
    throw invalid("'vpcConfig' needs 1 to 16 subnets and 1 to 5 security groups");
  }
  for (const tags of [request.jobTags ?? [], request.importedModelTags ?? []]) {
    validateTags(tags);
    if (tags.length > TAGS_PER_RESOURCE) {
      throw tooManyTags();
    }
  }
}

function validateTags(tags: Tag[]): void {
  const keys = tags.map(({ key }) => key);
  const wellFormed = tags.every(
    ({ key, value }) =>
      TAG_TEXT.test(key) && TAG_TEXT.test(value) && isBetween(key.length, 1, 128) && value.length <= 256,
  );
  if (!wellFormed || tags.length > TAGS_PER_REQUEST || new Set(keys).size < keys.length) {
    throw invalid('The tags do not satisfy the constraints of TagList');
  }
}

function isInPeriod(time: number, query: URLSearchParams): boolean {
  const limit = (name: string, otherwise: number): number => {
    const value = query.get(name);
    return value ? Date.parse(value) : otherwise;
  };
  return time > limit('creationTimeAfter', -1) && time < limit('creationTimeBefore', Infinity);
}

/** One page of items, which are in the order of their creation. Bedrock's own default is newest first. */
function paginate(jobs: Job[], query: URLSearchParams): { items: Job[]; nextToken?: string } {
  const size = Number(query.get('maxResults') ?? 100);
  if (!isBetween(size, 1, 1000)) {
    throw invalid("'maxResults' must be 1 to 1000");
  }
  const sorted = query.get('sortOrder') === 'Ascending' ? jobs : [...jobs].reverse();
  const start = Number(query.get('nextToken') ?? 0);
  const end = start + size;
  return { items: sorted.slice(start, end), nextToken: end < sorted.length ? String(end) : undefined };
}

function endOf(job: Job): number {
  return job.startedAt + (job.durationMs ?? 0);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function pick(body: Body, fields: string[]): Body {
  return Object.fromEntries(fields.map((field) => [field, body[field]]));
}

function toMap(tags: Tag[] = []): Map<string, string> {
  return new Map(tags.map(({ key, value }) => [key, value]));
}
