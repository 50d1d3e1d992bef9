/**
 * How a wait that exceeds the limit of one custom resource is split into links, and how each link uses the hour of
 * CloudFormation. This module imports nothing, so constructs and functions can share it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
export const LINK = {
  /** The longest wait of one link, in seconds. End-to-end tests shorten it. */
  maxSeconds: 55 * 60,
  /** The time of a link beyond its wait, in seconds: for the last poll and the answer. */
  marginSeconds: 5 * 60,
  /** How many seconds after the deadline a poll that crashes is still repeated. */
  lastPollSeconds: 100,
};

/**
 * Seconds for which the first call may be denied after a deployment has created its permission: AWS documents minutes.
 * The timeout of a wait starts after that.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export const FIRST_CALL_SECONDS = 7 * 60;

/** Seconds from a request to its deadline: its timeout and the time for the first call, limited to that of a link. */
export function secondsToDeadline(timeoutSeconds: number): number {
  return Math.min(timeoutSeconds + FIRST_CALL_SECONDS, LINK.maxSeconds);
}

/** One custom resource of a wait. */
export interface Link {
  /** Seconds that this link waits at most. */
  readonly timeoutSeconds: number;
  /** Seconds that the links before it wait at most. */
  readonly earlierSeconds: number;
  /** Whether another link follows. */
  readonly continues: boolean;
}

/**
 * Splits a wait into links of about the same length, so that none is too short to tolerate some errors when
 * the job ended before it began.
 */
export function splitIntoLinks(totalSeconds: number): Link[] {
  const count = Math.max(1, Math.ceil(totalSeconds / LINK.maxSeconds));
  const linkSeconds = Math.ceil(totalSeconds / count);
  return Array.from({ length: count }, (_, index) => {
    const earlierSeconds = index * linkSeconds;
    return {
      timeoutSeconds: Math.min(linkSeconds, totalSeconds - earlierSeconds),
      earlierSeconds,
      continues: index < count - 1,
    };
  });
}
