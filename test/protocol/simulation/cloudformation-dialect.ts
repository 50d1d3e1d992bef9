import type { Random } from './random';

/** The open questions about CloudFormation, and the answers that it may give, today's guess first. */
export const CLOUDFORMATION_ANSWERS = {
  /** Which physical ID the event CREATE_FAILED of a cancelled create has. */
  failedCreateId: ['generated', 'none'],
  /** When a failed create that was not rolled back is deleted: before, during or after the next Create. */
  failedCreate: ['before', 'during', 'after'],
  /** Which physical ID the rollback of a replacement comes with, if it is a request and no mere change of the record. */
  rollbackId: ['new', 'old', 'no request'],
  /** What is deleted with a stack whose rollback from B to A has failed. */
  afterFailedRollback: ['A', 'A and B', 'B'],
  /** Whether UpdateReplacePolicy retains a replacement that is rolled back. */
  rolledBackReplacement: ['deleted', 'retained'],
  /** Whether a creation has a second event when its physical ID is known. */
  creationEvents: ['one', 'two'],
} as const;

type Question = keyof typeof CLOUDFORMATION_ANSWERS;

/** One answer to each open question. */
export type CloudFormationDialect = { readonly [Q in Question]: (typeof CLOUDFORMATION_ANSWERS)[Q][number] };

/** The first answer to each question. */
export const FIRST_ANSWERS = answer(([first]) => first);

export function drawCloudFormationDialect(random: Random): CloudFormationDialect {
  return answer((answers) => random.pick(answers));
}

function answer(choose: (answers: readonly string[]) => string): CloudFormationDialect {
  const chosen = Object.entries(CLOUDFORMATION_ANSWERS).map(([question, answers]) => [
    question,
    choose(answers),
  ]);
  return Object.fromEntries(chosen) as CloudFormationDialect;
}
