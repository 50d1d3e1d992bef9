/**
 * How a wait that is longer than one custom resource may take is split.
 *
 * CloudFormation gives a custom resource one hour at most. A link waits 55 minutes of it; the rest is
 * the margin in which it must have answered.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
export const LINK = {
  /** The longest wait of one link, in seconds. End-to-end tests shorten it. */
  maxSeconds: 55 * 60,
  /** What CloudFormation gives a link beyond its wait, in seconds. */
  marginSeconds: 5 * 60,
};

/** One custom resource of a wait. */
export interface Link {
  /** Seconds that this link waits at most. */
  readonly timeoutSeconds: number;
  /** Seconds that the links before it waited. */
  readonly waitedSeconds: number;
  /** Whether another link follows. */
  readonly continues: boolean;
}

/**
 * Splits a wait into links of about the same length, so that none is too short to bear some faults when
 * the job ended before it began.
 */
export function splitIntoLinks(totalSeconds: number): Link[] {
  const count = Math.max(1, Math.ceil(totalSeconds / LINK.maxSeconds));
  const linkSeconds = Math.ceil(totalSeconds / count);
  return Array.from({ length: count }, (_, index) => {
    const waitedSeconds = index * linkSeconds;
    return {
      timeoutSeconds: Math.min(linkSeconds, totalSeconds - waitedSeconds),
      waitedSeconds,
      continues: index < count - 1,
    };
  });
}
