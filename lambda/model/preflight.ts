import { checkS3, createS3Client, type S3Check, type S3CheckOptions } from '../../weights/s3';

/**
 * Checks the weights once: an import takes minutes to say what this says in seconds. It is a bundle of its own, so
 * that the client of Amazon S3 is loaded only where it is used.
 */
export async function preflight(s3Uri: string, options: S3CheckOptions): Promise<S3Check> {
  const client = await createS3Client(options.region);
  try {
    return await checkS3(client, s3Uri, options);
  } finally {
    client.destroy();
  }
}
