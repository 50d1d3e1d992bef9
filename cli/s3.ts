import { createS3Client, checkS3 } from '../weights/s3';
import { outcomeOf, type Outcome } from './report';

/** A person waits longer than a function may. */
const LIMIT_MS = 60_000;

/** Checks the folder under an S3 URI. */
export async function checkPrefix(uri: string, givenRegion?: string): Promise<Outcome> {
  // The SDK is a part of this program, so its advice on the Node of its next versions is not for the user.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = await createS3Client(givenRegion);
  try {
    const region = await client.config.region().catch(() => {
      throw new Error('There is no Region: give --region, or set AWS_REGION');
    });
    const look = await checkS3(client, uri, { region, limitMs: LIMIT_MS });
    if ('skipped' in look) {
      return outcomeOf([], look.skipped);
    }
    return outcomeOf(look.findings, 'denied' in look ? `not allowed: ${look.denied}` : undefined);
  } finally {
    client.destroy();
  }
}
