import type { ActionRequest } from '../../iam/policy';
import type { Role } from '../../iam/role';

/** What the account's IAM and S3 say, when Bedrock looks. */
export interface Iam {
  /** Who signs with an access key: a role, or the account's root user. Undefined: nobody. */
  callerOf(accessKeyId: string | undefined): Role | 'root' | undefined;
  role(arn: string): Role | undefined;
  /** Whose a bucket is, and the key that its objects are encrypted with. */
  bucket(name: string): Bucket;
}

export interface Bucket {
  readonly owner: string;
  /** @default - a key that AWS owns */
  readonly keyArn?: string;
}

/** A request that was judged, and the role whose policies were asked. */
export interface JudgedRequest extends ActionRequest {
  readonly roleArn: string;
}
