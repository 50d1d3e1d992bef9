/**
 * How a wait that is longer than one custom resource may take is split into links, and how each link spends the
 * hour that CloudFormation gives it. Imports nothing, so that constructs and functions share it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
export const LINK = {
  /** The longest wait of one link, in seconds. End-to-end tests shorten it. */
  maxSeconds: 55 * 60,
  /** What CloudFormation gives a link beyond its wait, in seconds: for the last poll and the answer. */
  marginSeconds: 5 * 60,
  /** Until this many seconds after the deadline a poll that crashes is repeated. */
  lastPollSeconds: 100,
};

/**
 * Seconds that the first call after a deployment has made its permission may be refused: AWS documents minutes.
 * A wait's own timeout starts when that is over.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export const FIRST_CALL_SECONDS = 7 * 60;

/** Seconds from a request to its deadline: its timeout and the time of the first call, in what a link may take. */
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
