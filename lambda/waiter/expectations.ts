import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import type { Job } from '../shared/bedrock';

/** What the model of a completed job is, and what it should have been, in words for a person. */
export function findMismatches(job: Job, expected: Partial<OnTheWire<WaiterProperties>>): string[] {
  const mismatches: string[] = [];
  const { expectedKmsKeyArn, expectedModelDataSourceS3Uri } = expected;
  const key = job.importedModelKmsKeyArn;
  if (expectedKmsKeyArn && key !== expectedKmsKeyArn) {
    mismatches.push(`it is encrypted under ${key || 'a key that AWS owns'}, expected ${expectedKmsKeyArn}`);
  }
  const uri = job.modelDataSource?.s3DataSource?.s3Uri ?? '';
  if (
    expectedModelDataSourceS3Uri &&
    withoutFinalSlash(uri) !== withoutFinalSlash(expectedModelDataSourceS3Uri)
  ) {
    const source = uri || 'somewhere that Bedrock does not name';
    mismatches.push(`it was imported from ${source}, expected ${expectedModelDataSourceS3Uri}`);
  }
  return mismatches;
}

function withoutFinalSlash(uri: string): string {
  return uri.endsWith('/') ? uri.slice(0, -1) : uri;
}
