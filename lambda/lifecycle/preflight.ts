import type { S3Client } from '@aws-sdk/client-s3';
import { reason } from '../shared/reasons';
import { cut } from '../shared/text';
import { describe, isCertain, shortName, type Finding } from '../shared/weights/finding';
import { createS3Client, lookAtS3, type Look } from '../shared/weights/s3';

/** A look at the weights before their import, which takes minutes to say what a look says in seconds. */

/** All calls of one look end within this many milliseconds. */
const LIMIT_MS = 15_000;

/** What the problems may take of a reason, in bytes: an answer to CloudFormation has 4,096. */
const MAX_PROBLEMS_BYTES = 2500;

/** Looks at the weights once. A denial is worth another look while the permission is new. */
export async function preflight(
  s3Uri: string,
  region: string,
  client?: S3Client,
  limitMs = LIMIT_MS,
): Promise<Look> {
  const s3 = client ?? (await createS3Client(region));
  try {
    return await lookAtS3(s3, s3Uri, { region, limitMs });
  } finally {
    if (!client) {
      s3.destroy();
    }
  }
}

/** Why weights are not imported: every problem that is certain, each with its remedy. */
export function badWeights(s3Uri: string, findings: readonly Finding[]): string {
  const problems = findings.filter(isCertain).map(describe);
  const numbered = problems.length > 1 ? problems.map((text, index) => `(${index + 1}) ${text}`) : problems;
  return reason(
    `The weights in ${shortName(s3Uri)} cannot be imported, so that no job was started.`,
    cut(numbered.join(' '), MAX_PROBLEMS_BYTES),
    "Mend them and deploy again; 'preflight: false' imports without looking first.",
  );
}
