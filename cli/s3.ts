import { createS3Client, checkS3 } from '../weights/s3';
import { outcomeOf, type CheckOptions, type Outcome } from './report';

/** How long to read. The check in a deployment has less time. */
const LIMIT_MS = 60_000;

/** Checks the files under an S3 URI. */
export async function checkPrefix(uri: string, options: CheckOptions): Promise<Outcome> {
  // The SDK is bundled, so its warning about future versions of Node.js does not concern the user.
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
