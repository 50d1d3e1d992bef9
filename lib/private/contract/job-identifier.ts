/**
 * The rules for `jobIdentifier` of `GetModelImportJob`.
 *
 * The service documents `[a-zA-Z0-9](-*[a-zA-Z0-9\+\-\.])*` for a name. A hyphen matches both `-*` and
 * the class behind it there, so that pattern takes exponential time on hostile input; the one below
 * matches the same language in linear time.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelImportJob.html
 */
const JOB_ARN =
  /^arn:(?<partition>aws(?:-[^:]+)?):bedrock:(?<region>[a-z0-9-]{1,20}):(?<account>[0-9]{12}):model-import-job\/[a-z0-9]{12}$/;
export const JOB_NAME = /^[a-zA-Z0-9][a-zA-Z0-9+.-]*$/;
export const MAX_IDENTIFIER = 1011;
export const MAX_NAME = 63;

/** The parts of a job ARN that name its Region and account. */
export interface JobArnParts {
  readonly region: string;
  readonly account: string;
}

/** The parts of a literal job ARN, or undefined for anything else. */
export function parseJobArn(identifier: string): JobArnParts | undefined {
  const groups = JOB_ARN.exec(identifier.slice(0, MAX_IDENTIFIER + 1))?.groups;
  return groups && { region: groups.region, account: groups.account };
}

/** The rule that a literal job identifier breaks, or undefined if it is well formed. */
export function jobIdentifierRule(identifier: string): string | undefined {
  if (identifier.length > MAX_IDENTIFIER) {
    return `must have at most ${MAX_IDENTIFIER} characters`;
  }
  if (identifier.startsWith('arn:')) {
    return parseJobArn(identifier) ? undefined : 'must be the ARN of a model import job';
  }
  if (!JOB_NAME.test(identifier)) {
    return 'must be a model import job ARN, or a job name of letters, digits, "+", "-" and "." that starts with a letter or digit';
  }
  return identifier.length > MAX_NAME
    ? `must have at most ${MAX_NAME} characters when it is a job name`
    : undefined;
}
