import { createS3Client, checkS3 } from '../weights/s3';
import { outcomeOf, type CheckOptions, type Outcome } from './report';

/** A person waits longer than a function may. */
const LIMIT_MS = 60_000;

/** Checks the files under an S3 URI. */
export async function checkPrefix(uri: string, options: CheckOptions): Promise<Outcome> {
  // The SDK is a part of this program, so its advice on the Node of its next versions is not for the user.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = await createS3Client(options.region);
  try {
    const region = await client.config.region().catch(() => {
      throw new Error('No Region given: use --region, or set AWS_REGION.');
    });
    const { usesChatTemplate, strict } = options;
    const result = await checkS3(client, uri, { region, limitMs: LIMIT_MS, usesChatTemplate });
    if ('skipped' in result) {
      return outcomeOf([], strict, result.skipped);
    }
    return outcomeOf(
      result.findings,
      strict,
      'denied' in result ? `no permission ${result.denied}` : undefined,
    );
  } finally {
    client.destroy();
  }
}
