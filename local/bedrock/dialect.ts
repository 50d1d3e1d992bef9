import { coverPairs } from './pairs';

/**
 * The open questions about Amazon Bedrock, and the answers that it may give. A dialect is one answer
 * to each. Nobody here can ask the real service, so the library has to end right in all of them.
 */

/** What is answered by Bedrock itself: each question with its answers, today's guess first. */
export const ANSWERS = {
  /**
   * What names a job or a model that is not there, or the tags of either.
   *
   * The API reference has ResourceNotFoundException. AWS Labs' server for this API (awslabs/mcp) expects
   * ValidationException.
   */
  absence: ['ResourceNotFoundException', 'ValidationException'],
  /**
   * How a job name or model name in use is refused.
   *
   * The API reference has ConflictException. Users saw "The provided job name is currently in use."
   * (aws/sagemaker-python-sdk#6076, apache/airflow).
   */
  nameInUse: ['ConflictException', 'ValidationException'],
  /**
   * What a repeated `clientRequestToken` comes to, where the name is repeated as well. `name first`: the
   * name is looked at before the token, and is in use.
   *
   * "Amazon Bedrock ignores the request, but does not return an error" (API reference).
   */
  repeatedToken: ['job', 'ConflictException', 'name first'],
  /**
   * How a role that was made moments ago is received, or one whose policy or S3 access was.
   *
   * "The provided role ARN is invalid" for several minutes: a runbook of nanohype/eks-agent-platform. "Could
   * not validate GetObject permissions …": the user guide, for customization jobs.
   */
  newRole: ['accepted', 'role ValidationException', 'S3 ValidationException', 'AccessDeniedException'],
  /**
   * When a statement that a policy got moments ago allows something.
   *
   * "Updating the execution role" (AWS Lambda's guide), aws/aws-cdk#37675: a warm function was refused for
   * about three minutes.
   */
  newPolicy: ['at once', 'late'],
  /**
   * Whose permission counts on the key of the model: that of who calls CreateModelImportJob, or the import
   * role's.
   *
   * The guide of import jobs says "API invocation role", that of customization jobs the service role.
   */
  modelKey: ["the caller's", "the import role's", 'both'],
  /**
   * What Bedrock does to S3 as the import role. HeadBucket is allowed by `s3:ListBucket`, but names no prefix.
   *
   * The guide lists GetObject and ListBucket, and recommends a condition on `s3:prefix`.
   */
  sourceAccess: ['objects and listings', 'HeadBucket first'],
  /** When GetModelImportJob knows a new job, by name and by ARN. */
  newJob: ['at once', 'late'],
  /** When ListModelImportJobs shows a new job. */
  newJobInLists: ['at once', 'late'],
  /** What ListTagsForResource says of a new job at first: its tags, no tags, or that there is no such job. */
  newJobTags: ['at once', 'empty', 'absent'],
  /** When GetImportedModel and the runtime know a new model. */
  newModel: ['at once', 'late'],
  /** When the one place for a running job is free: at the job's end, or some time after it. */
  jobPlace: ['at once', 'late'],
  /** When the place of a deleted model is free. */
  modelPlace: ['at once', 'late'],
  /**
   * Whether DeleteImportedModel takes an ARN.
   *
   * The user guide says "the model name or the model ARN", the API reference "name".
   */
  deleteByArn: ['taken', 'ValidationException'],
  /**
   * Whether a model can be deleted that was imported or invoked a moment ago.
   *
   * The API reference lists a ConflictException for DeleteImportedModel without saying what causes it.
   */
  deleteFreshModel: ['done', 'ConflictException'],
  /** When a completed job names its model. */
  modelArn: ['at once', 'late', 'never'],
  /** Whether a completed job names a model that has been deleted since. */
  deletedModelArn: ['named', 'absent'],
  /**
   * Whether Bedrock shows a job for ever, or forgets it a day after its end.
   *
   * How long a job is kept is documented nowhere.
   */
  endedJob: ['kept', 'forgotten'],
  /**
   * The status of a job that succeeded.
   *
   * The API reference has `Completed`, the user guide once `Complete`.
   */
  success: ['Completed', 'Complete'],
  /** Whether good answers about a thing are interrupted by refusals, five minutes of each hour. */
  strayRefusals: ['never', 'sometimes'],
} as const;

export type Question = keyof typeof ANSWERS;

/** One answer to each open question. */
export type Dialect = { readonly [Q in Question]: (typeof ANSWERS)[Q][number] };

/** For how many milliseconds a question arises that time settles. */
export const LAGS = {
  newRole: 300_000,
  newPolicy: 180_000,
  newJob: 60_000,
  newJobInLists: 60_000,
  newJobTags: 60_000,
  newModel: 60_000,
  jobPlace: 120_000,
  modelPlace: 120_000,
  deleteFreshModel: 120_000,
  modelArn: 120_000,
} as const satisfies Partial<Record<Question, number>>;

export type LaggingQuestion = keyof typeof LAGS;

/** For how many milliseconds after its end a job is kept at least. */
export const KEPT_MS = 86_400_000;

/** When stray refusals come, in milliseconds since the first good answer about a thing. */
export const STRAY_REFUSALS = { afterMs: 300_000, forMs: 300_000, everyMs: 3_600_000 } as const;

const today = Object.fromEntries(
  Object.entries(ANSWERS).map(([question, [first]]) => [question, first]),
) as Dialect;

/** Dialects with a name. */
export const DIALECTS = {
  /** What this project took for granted: everything at once, as the API reference has it. */
  today,
  /** AWS's documentation, word for word. */
  documented: {
    ...today,
    newRole: 'S3 ValidationException',
    deleteByArn: 'ValidationException',
    deleteFreshModel: 'ConflictException',
  },
  /** What people saw, and what an eventually consistent service makes likely. */
  observed: {
    ...today,
    absence: 'ValidationException',
    nameInUse: 'ValidationException',
    newRole: 'role ValidationException',
    newPolicy: 'late',
    newJob: 'late',
    newJobInLists: 'late',
    newJobTags: 'empty',
    jobPlace: 'late',
    modelPlace: 'late',
    modelArn: 'late',
    strayRefusals: 'sometimes',
  },
} as const satisfies Record<string, Dialect>;

/** A dialect with the answers that ask for the most permissions. */
export function withAllPermissionsAsked(dialect: Dialect): Dialect {
  return { ...dialect, modelKey: 'both', sourceAccess: 'HeadBucket first' };
}

/**
 * A small set of dialects in which any two answers to two different questions meet.
 *
 * In a dialect whose jobs never name their model no deployment gets far. So the others meet all of each
 * other without it, and it comes in addition.
 */
export function allPairs(): Dialect[] {
  const named = coverPairs({ ...ANSWERS, modelArn: ['at once', 'late'] });
  const unnamed = coverPairs({ ...ANSWERS, modelArn: ['never'] }, 'modelArn');
  return [...named, ...unnamed] as Dialect[];
}

/** All answers, each as `question=answer`. */
export function allAnswers(): string[] {
  return Object.entries(ANSWERS).flatMap(([question, answers]) =>
    answers.map((answer) => `${question}=${answer}`),
  );
}

/** A label: the dialect's name, or in what it differs from today's. */
export function describeDialect(dialect: Dialect): string {
  const questions = Object.keys(ANSWERS) as Question[];
  const differences = (other: Dialect): Question[] =>
    questions.filter((each) => dialect[each] !== other[each]);
  const name = Object.entries(DIALECTS).find(([, named]) => differences(named).length === 0)?.[0];
  return (
    name ??
    differences(today)
      .map((each) => `${each}=${dialect[each]}`)
      .join(', ')
  );
}
