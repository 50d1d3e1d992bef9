import { coverPairs } from './pairs';

/**
 * AWS documents some behavior of Amazon Bedrock not at all, or in two ways. Each such point is a question here, with
 * every plausible answer. A dialect is a local Bedrock that has decided on one answer to each question: one dialect
 * returns the ARN of a new model at once, another one two minutes later. A deployment must succeed in all dialects.
 */

/** Each question with its answers. The first answer is what this project assumed at first. */
export const ANSWERS = {
  /**
   * The error for a job or model that does not exist, or for its tags.
   *
   * The API reference has ResourceNotFoundException. AWS Labs' server for this API (awslabs/mcp) expects
   * ValidationException.
   */
  absence: ['ResourceNotFoundException', 'ValidationException'],
  /**
   * The error for a job name or model name that is in use.
   *
   * The API reference has ConflictException. Users saw "The provided job name is currently in use."
   * (aws/sagemaker-python-sdk#6076, apache/airflow).
   */
  nameInUse: ['ConflictException', 'ValidationException'],
  /**
   * The response to a repeated `clientRequestToken` when the name is repeated, too. `name first`: Bedrock checks the
   * name before the token, and the name is in use.
   *
   * "Amazon Bedrock ignores the request, but does not return an error" (API reference).
   */
  repeatedToken: ['job', 'ConflictException', 'name first'],
  /**
   * The response to a role that was created moments ago, or whose policy or S3 access was.
   *
   * "The provided role ARN is invalid" for several minutes: a runbook of nanohype/eks-agent-platform. "Could
   * not validate GetObject permissions …": the user guide, for customization jobs.
   */
  newRole: ['accepted', 'role ValidationException', 'S3 ValidationException', 'AccessDeniedException'],
  /** When GetModelImportJob knows a new job, by name and by ARN. */
  newJob: ['at once', 'late'],
  /** When ListModelImportJobs returns a new job. */
  newJobInLists: ['at once', 'late'],
  /** What ListTagsForResource returns for a new job at first: its tags, no tags, or that the job does not exist. */
  newJobTags: ['at once', 'empty', 'absent'],
  /** When GetImportedModel and the runtime find a new model. */
  newModel: ['at once', 'late'],
  /** When the import slot, of which there is one, is free: at the job's end, or some time after it. */
  jobPlace: ['at once', 'late'],
  /** When the quota of models counts a deleted model no more. */
  modelPlace: ['at once', 'late'],
  /**
   * Whether DeleteImportedModel accepts an ARN.
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
  /** When the description of a completed job has the model's ARN. */
  modelArn: ['at once', 'late', 'never'],
  /** Whether the description of a completed job still has the ARN of a model that was deleted since. */
  deletedModelArn: ['named', 'absent'],
  /**
   * Whether Bedrock keeps the record of a job permanently, or deletes it a day after the job's end.
   *
   * AWS does not document how long it keeps the record.
   */
  endedJob: ['kept', 'forgotten'],
  /**
   * The status of a job that succeeded.
   *
   * The API reference has `Completed`, the user guide once `Complete`.
   */
  success: ['Completed', 'Complete'],
  /** Whether client errors interrupt the responses about a resource, for five minutes of each hour. */
  strayRefusals: ['never', 'sometimes'],
} as const;

export type Question = keyof typeof ANSWERS;

/** One answer to each question. */
export type Dialect = { readonly [Q in Question]: (typeof ANSWERS)[Q][number] };

/** How many milliseconds `late`, and the errors that only time fixes, last. */
export const LAGS = {
  newRole: 300_000,
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

/** How many milliseconds after a job's end its record is kept at least. */
export const KEPT_MS = 86_400_000;

/** When stray errors come, in milliseconds since the first successful response about a resource. */
export const STRAY_REFUSALS = { afterMs: 300_000, forMs: 300_000, everyMs: 3_600_000 } as const;

const today = Object.fromEntries(
  Object.entries(ANSWERS).map(([question, [first]]) => [question, first]),
) as Dialect;

/** Dialects with a name. */
export const DIALECTS = {
  /** What this project assumed at first: everything is immediate, as in the API reference. */
  today,
  /** What the AWS documentation says, word for word. */
  documented: {
    ...today,
    newRole: 'S3 ValidationException',
    deleteByArn: 'ValidationException',
    deleteFreshModel: 'ConflictException',
  },
  /** What users reported, and what is likely for an eventually consistent service. */
  observed: {
    ...today,
    absence: 'ValidationException',
    nameInUse: 'ValidationException',
    newRole: 'role ValidationException',
    newJob: 'late',
    newJobInLists: 'late',
    newJobTags: 'empty',
    jobPlace: 'late',
    modelPlace: 'late',
    modelArn: 'late',
    strayRefusals: 'sometimes',
  },
} as const satisfies Record<string, Dialect>;

/**
 * A small set of dialects in which any two answers to two different questions meet.
 *
 * No deployment gets far in a dialect whose jobs never return the model's ARN. So all pairs of other answers occur
 * without this one, and the pairs with it come in addition.
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

/** A label: the dialect's name, or its differences from `today`. */
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
