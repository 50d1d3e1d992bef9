import type { Bedrock as Questions, Model, Observation } from '../../../lambda/waiter/bedrock';
import type { Fault, Job } from '../../../lambda/shared/bedrock';
import type { Dialect } from '../../../local/bedrock/dialect';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';

/** How a job really goes. Times are milliseconds since the epoch. */
export interface JobTruth {
  readonly arn: string;
  readonly outcome: 'Completed' | 'Failed';
  readonly endsAt: number;
  /** When Bedrock names the model: some time after the end. */
  readonly namedAt: number;
  /** Until then Bedrock does not know the job, for ever when it is Infinity. */
  readonly hiddenUntil: number;
  /** Until then Bedrock refuses to answer, for ever when it is Infinity. */
  readonly refusedUntil: number;
  readonly refusal: string;
}

/** What Bedrock says of every model. */
export const MODEL: Model = { modelArchitecture: 'llama', instructSupported: true };

const PASSING: Fault[] = [
  { name: 'ThrottlingException', message: 'Too many requests', httpStatus: 429 },
  { name: 'InternalServerException', message: 'Internal error', httpStatus: 500 },
  { name: 'HTTP 503', message: 'UnknownError', httpStatus: 503 },
  { name: 'SyntaxError', message: 'Unexpected token < in JSON at position 0', httpStatus: 200 },
  { name: 'ECONNRESET', message: 'socket hang up' },
  { name: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND bedrock.us-east-1.amazonaws.com' },
];

const REFUSALS: Record<string, Fault> = {
  AccessDeniedException: { name: 'AccessDeniedException', message: 'Not authorized', httpStatus: 403 },
  UnrecognizedClientException: {
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid',
    httpStatus: 403,
  },
  ValidationException: {
    name: 'ValidationException',
    message: "Value at 'jobIdentifier' failed to satisfy constraint",
    httpStatus: 400,
  },
};

const ABSENCES: Record<Dialect['absence'], Fault> = {
  ResourceNotFoundException: { name: 'ResourceNotFoundException', message: 'No such job', httpStatus: 404 },
  ValidationException: {
    name: 'ValidationException',
    message: 'The provided identifier is invalid.',
    httpStatus: 400,
  },
};

/** How many calls in a row may find Bedrock in trouble. */
export const MAX_FAULTS_IN_A_ROW = 8;

/** Amazon Bedrock, with jobs that take their time and answers that do not always come. */
export class Bedrock implements Questions {
  public readonly jobs = new Map<string, JobTruth>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly dialect: Dialect,
  ) {}

  public job(jobIdentifier: string): Promise<Observation<Job>> {
    return this.observe(() => this.answer(this.jobs.get(jobIdentifier)!));
  }

  public model(): ReturnType<Questions['model']> {
    return this.observe(() => ({ answer: MODEL }));
  }

  public reply(): ReturnType<Questions['reply']> {
    return this.observe(() => ({ answer: { bytes: 1, milliseconds: 1 } }));
  }

  private async observe<T>(answer: () => Observation<T>): Promise<Observation<T>> {
    const place = { place: 'bedrock', limit: MAX_FAULTS_IN_A_ROW, probability: 0.03 };
    if (this.faults.happens('Bedrock: slow answer', { ...place, seconds: 20 })) {
      await this.clock.sleep(this.random.between(8, 20));
      return { fault: { name: 'TimeoutError', message: 'The operation was aborted due to timeout' } };
    }
    await this.clock.sleep(this.random.between(0.05, 0.5));
    const fault = this.random.pick(PASSING);
    if (this.faults.happens(`Bedrock: ${fault.name}`, { ...place, seconds: 1 })) {
      return { fault };
    }
    this.faults.recover('bedrock');
    return answer();
  }

  private answer(truth: JobTruth): Observation<Job> {
    const { now } = this.clock;
    if (now < truth.refusedUntil) {
      return { fault: REFUSALS[truth.refusal] };
    }
    if (now < truth.hiddenUntil) {
      return { fault: ABSENCES[this.dialect.absence] };
    }
    const unknown = { place: 'status', limit: 3, probability: 0.01, seconds: 0 };
    if (this.faults.happens('Bedrock: unknown status', unknown)) {
      return { answer: { ...describe(truth, now), status: 'Paused' as Job['status'] } };
    }
    this.faults.recover('status');
    return { answer: describe(truth, now) };
  }
}

/** What Bedrock says of a job at a time. */
export function describe(truth: JobTruth, now: number): Job {
  const ended = now >= truth.endsAt;
  const failed = ended && truth.outcome === 'Failed';
  return {
    jobArn: truth.arn,
    jobName: truth.arn.slice(-12),
    importedModelName: `model-${truth.arn.slice(-12)}`,
    importedModelArn:
      ended && !failed && now >= truth.namedAt
        ? truth.arn.replace('model-import-job', 'imported-model')
        : undefined,
    roleArn: 'arn:aws:iam::123456789012:role/import',
    modelDataSource: { s3DataSource: { s3Uri: 's3://weights/model/' } },
    status: ended ? truth.outcome : 'InProgress',
    failureMessage: failed ? failureMessage(truth) : undefined,
    creationTime: new Date(0),
    lastModifiedTime: new Date(ended ? truth.endsAt : 0),
    endTime: ended ? new Date(truth.endsAt) : undefined,
  };
}

export function failureMessage({ arn }: JobTruth): string {
  return `The weights of ${arn.slice(-12)} are corrupt`;
}
