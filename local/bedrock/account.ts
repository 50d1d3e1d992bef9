import type { AccountState, Denial } from './account-state';
import { createModelImportJob } from './creation';
import { describeJob, describeModel } from './descriptions';
import { DIALECTS, type Dialect } from './dialect';
import type { Iam, JudgedRequest } from './iam/iam';
import { judge } from './iam/judge';
import { endOf, type Body, type ImportScript, type Job, type JobDefinition, type Tag } from './import-job';
import { INPUTS, type Operation } from './inputs';
import { getModelImportJob, listModelImportJobs } from './job-operations';
import { deleteImportedModel, getImportedModel, listImportedModels } from './model-operations';
import { Records } from './records';
import { refuseWithoutPermission, StrayRefusals } from './refusals';
import { converse, invokeModel } from './runtime-operations';
import { validate } from './shapes';
import { listTagsForResource, tagResource, untagResource } from './tag-operations';

/**
 * An account of the stand-in, which is a local Bedrock that simulates Amazon Bedrock: import jobs, imported models
 * and their tags, under Bedrock's rules. Where AWS documents no rule, the account's dialect decides (see
 * `dialect.ts`).
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelImportJob.html
 */

export interface BedrockAccountOptions {
  /** How Bedrock behaves where AWS documents no rule. @default DIALECTS.today */
  readonly dialect?: Dialect;
  /** The time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** A factor for the dialect's delays, for tests on a real clock. @default 1 */
  readonly lagScale?: number;
  /** What callers and import roles may do. @default - everything */
  readonly iam?: Iam;
}

type Handler = (account: AccountState, input: Body, region: string) => Body;

const HANDLERS: Record<Operation, Handler> = {
  CreateModelImportJob: createModelImportJob,
  GetModelImportJob: getModelImportJob,
  ListModelImportJobs: listModelImportJobs,
  GetImportedModel: getImportedModel,
  ListImportedModels: listImportedModels,
  DeleteImportedModel: deleteImportedModel,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
  InvokeModel: invokeModel,
  Converse: converse,
};

export class BedrockAccount implements AccountState {
  /** May be changed at any time. */
  public dialect: Dialect;
  /** The answers of the dialect that have decided a response, each as `question=answer`. */
  public readonly exercised = new Set<string>();
  /** How many imported models the account may hold in a Region. */
  public modelQuota = 3;
  /** The maximum number of items on a page of a list, unless a request sets it. */
  public pageSize = 100;
  /** The course of the imports that `CreateModelImportJob` starts, one each; the last one is repeated. */
  public scripts: ImportScript[] = [{}];
  /** What callers and import roles may do; everything when it is absent. May be changed at any time. */
  public iam?: Iam;
  /** Each request to the policies of a role that was judged. */
  public readonly judged: JudgedRequest[] = [];
  /** What callers may not do, whatever their policies say. */
  public denials: Denial[] = [];
  /** Whether a role counts as created at the time at which a request first names it. */
  public rolesAreNew = false;
  /** What exists, whether or not the dialect shows it. */
  public readonly records: Records;
  public readonly now: () => number;
  /** A factor for the dialect's delays. May be changed at any time. */
  public lagScale: number;
  private readonly roles = new Map<string, number>();
  private readonly strayRefusals = new StrayRefusals(this);

  constructor({
    dialect = DIALECTS.today,
    now = () => Date.now(),
    lagScale = 1,
    iam,
  }: BedrockAccountOptions = {}) {
    this.dialect = dialect;
    this.now = now;
    this.lagScale = lagScale;
    this.iam = iam;
    this.records = new Records(now);
  }

  /**
   * Performs an operation with the input of the SDK, and returns the output's JSON.
   *
   * @throws BedrockException
   */
  public perform(operation: Operation, input: Body, region = 'us-east-1', caller?: string): Body {
    refuseWithoutPermission(this, operation, caller);
    this.strayRefusals.refuse(operation, input);
    validate(INPUTS[operation], input);
    judge(this, { operation, input, region, accessKeyId: caller });
    const output = HANDLERS[operation](this, input, region);
    this.strayRefusals.noteAnswer(operation, input);
    return output;
  }

  /** Adds a job without checking quotas and names, and returns its ARN. */
  public addJob(definition: JobDefinition & ImportScript & Pick<Job, 'clientRequestToken'>): string {
    return this.records.add(definition).jobArn;
  }

  /** Sets the time at which a role, its policy or its S3 access was created. From then on it propagates. */
  public roleMadeAt(roleArn: string, time = this.now()): void {
    this.roles.set(roleArn, time);
  }

  /** When a role was created: long ago, unless a test says otherwise. */
  public birthOf(roleArn: string): number {
    if (this.rolesAreNew && !this.roles.has(roleArn)) {
      this.roleMadeAt(roleArn);
    }
    return this.roles.get(roleArn) ?? -Infinity;
  }

  /** A job by ARN or name, as it is, whether or not the dialect shows it. */
  public describeJob(identifier: string): Body | undefined {
    const job = this.records.job(identifier);
    return job && describeJob(job, this.now());
  }

  /** The jobs as they are, newest first. */
  public jobs(region = 'us-east-1'): Body[] {
    return this.records
      .jobsIn(region)
      .map((job) => describeJob(job, this.now()))
      .reverse();
  }

  /** The models as they are, newest first. */
  public models(region = 'us-east-1'): Body[] {
    return this.records.modelsIn(region).map(describeModel).reverse();
  }

  /** Deletes a model by hand, by ARN or name. */
  public deleteModel(identifier: string): void {
    this.records.deleteModel(this.records.model(identifier)!);
  }

  /** The tags of a job or a model, as they are. */
  public tagsOf(resourceArn: string): Tag[] {
    return [...this.records.tagsOf(resourceArn)!].map(([key, value]) => ({ key, value }));
  }

  /** Tags a job or a model by hand. */
  public tag(resourceArn: string, tags: Tag[]): void {
    tags.forEach(({ key, value }) => this.records.tagsOf(resourceArn)!.set(key, value));
  }

  /** Removes tags of a job or a model by hand. */
  public untag(resourceArn: string, keys: string[]): void {
    keys.forEach((key) => this.records.tagsOf(resourceArn)!.delete(key));
  }

  /** Removes a job and its model, as if they had never existed. */
  public forgetJob(jobArn: string): void {
    this.records.forget(jobArn);
  }

  /** When a job ends or ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    return endOf(this.records.job(jobArn)!);
  }

  /** Takes the script of the next import. */
  public nextScript(): ImportScript {
    return this.scripts.length > 1 ? this.scripts.shift()! : this.scripts[0];
  }
}
