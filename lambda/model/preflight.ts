import { createS3Client, checkS3, type S3Check } from '../../weights/s3';

/**
 * Checks the weights once: an import takes minutes to say what this says in seconds. It is a bundle of its own, so
 * that the client of Amazon S3 is loaded only where it is used.
 */
export async function preflight(s3Uri: string, region: string, limitMs: number): Promise<S3Check> {
  const client = await createS3Client(region);
  try {
    return await checkS3(client, s3Uri, { region, limitMs });
  } finally {
    client.destroy();
  }
}
