import { Arn, Aws, Fn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { s3PrefixRule, s3UriRule, wildcardRule } from './private/model/model-rules';
import { throughService } from './private/through-service';
import {
  hasDynamicReference,
  isLiteral,
  regionOf,
  ValidationError,
  validateConstruct,
  validateText,
} from './private/validation';

/**
 * Options of a `ModelSource`.
 */
export interface ModelSourceOptions {
  /**
   * The account that owns the bucket: its 12 digits.
   *
   * The import role that is created reads buckets of this account only, so that nobody who takes over the
   * name of a deleted bucket can slip weights in. The policy of a bucket of another account must allow the
   * import role too.
   *
   * @default - The account of the bucket where it is given as a construct, else the stack's.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
   */
  readonly bucketOwnerAccountId?: string;
}

/**
 * Where the weights of a model are: in Amazon S3, in the Hugging Face format.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
export class ModelSource {
  /**
   * Weights under a prefix of a bucket.
   *
   * The import role that is created may read this prefix only, and may decrypt with the bucket's
   * `encryptionKey`. When the prefix is a token without a slash at its end, it may read all that begins
   * with it.
   *
   * A bucket of another account is one with `bucketOwnerAccountId`, or from `Bucket.fromBucketAttributes` with
   * `account`: `Bucket.fromBucketName` does not say who owns it. The key of an L1 bucket is not known: the
   * import role needs `kms:Decrypt` on it from elsewhere.
   *
   * @param bucket the bucket, in the stack's Region
   * @param prefix the prefix under which `config.json` and the weights are, without a slash in front or any `*`
   * @param options who owns the bucket
   */
  public static fromBucket(
    bucket: s3.IBucketRef,
    prefix: string,
    options: ModelSourceOptions = {},
  ): ModelSource {
    validateConstruct('bucket', bucket?.bucketRef ?? null, 'bucketName', 'a bucket');
    validateText('prefix', prefix, (text) => s3PrefixRule(text) ?? wildcardRule(text));
    const { bucketArn, bucketName } = bucket.bucketRef;
    const { encryptionKey } = bucket as Partial<s3.IBucket>;
    const owner = ownerOf(options) ?? bucket.env.account;
    const location = { ...locate(bucketArn, prefix), owner, region: regionOf(bucket) };
    return new ModelSource(`s3://${bucketName}/${prefix}`, location, encryptionKey);
  }

  /**
   * Weights under a URI: `s3://bucket/prefix/`, in a bucket of the stack's account unless
   * `bucketOwnerAccountId` names another one.
   *
   * When the objects are encrypted under a customer managed key, use `ModelSource.fromBucket` with
   * `Bucket.fromBucketAttributes` and its `encryptionKey`, so that the import role may decrypt them. When
   * the URI is a token, the import role may list the whole bucket. A dynamic reference may stand behind the
   * bucket's name only, because the name of the bucket goes to the policy of the import role.
   *
   * @param uri the URI under which `config.json` and the weights are, without any `*`
   * @param options who owns the bucket
   */
  public static fromS3Uri(uri: string, options: ModelSourceOptions = {}): ModelSource {
    validateText('uri', uri, (text) => s3UriRule(text) ?? wildcardRule(text));
    return new ModelSource(uri, { ...locateUri(uri), owner: ownerOf(options) ?? Aws.ACCOUNT_ID });
  }

  /**
   * The URI of the weights: `s3://bucket/prefix/`.
   */
  public readonly uri: string;

  private constructor(
    uri: string,
    private readonly location: Location,
    private readonly encryptionKey?: kms.IKey,
  ) {
    this.uri = uri;
  }

  /**
   * The Region of the bucket, where it is known at synthesis.
   *
   * @internal
   */
  public get _region(): string | undefined {
    return this.location.region;
  }

  /**
   * What allows to read the weights, in buckets of one account only.
   *
   * @internal
   */
  public _readStatements(): iam.PolicyStatement[] {
    // Amazon Bedrock may send HeadBucket first, which is a listing without a prefix.
    return this.statementsOn(this.location.objectsArn, this.location.prefixes, 'StringLikeIfExists');
  }

  /**
   * What allows to look at the weights: to list them, and to read what describes them.
   *
   * @internal
   */
  public _lookStatements(): iam.PolicyStatement[] {
    // The check lists with a slash at the end of the prefix, and with nothing else.
    const statements = this.statementsOn(
      `${this.location.objectsArn}.json`,
      this.location.prefixes?.slice(-1),
    );
    if (this.encryptionKey) {
      // To decrypt those files, through Amazon S3 only.
      statements.push(
        new iam.PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [this.encryptionKey.keyArn],
          conditions: throughService('s3', Aws.REGION),
        }),
      );
    }
    return statements;
  }

  /**
   * Allows a role to decrypt the weights. A key of another account has to be described, too.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-account-access-cmi.html
   *
   * @internal
   */
  public _grantDecrypt(role: iam.IRole): void {
    const isForeign = this.encryptionKey?.env.account !== Stack.of(role).account;
    this.encryptionKey?.grant(role, 'kms:Decrypt', ...(isForeign ? ['kms:DescribeKey'] : []));
  }

  private statementsOn(
    objectsArn: string,
    prefixes?: string[],
    operator: 'StringLike' | 'StringLikeIfExists' = 'StringLike',
  ): iam.PolicyStatement[] {
    const { bucketArn, owner } = this.location;
    const inAccount = { 'aws:ResourceAccount': owner };
    return [
      // To read the weights, or what describes them.
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [objectsArn],
        conditions: { StringEquals: inAccount },
      }),
      // To find them.
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucketArn],
        conditions: {
          StringEquals: inAccount,
          ...(prefixes && { [operator]: { 's3:prefix': prefixes } }),
        },
      }),
    ];
  }
}

/** What a policy says of the place of the weights. */
interface Place {
  readonly objectsArn: string;
  readonly bucketArn: string;
  /** What may be listed. Absent: all of the bucket. */
  readonly prefixes?: string[];
}

interface Location extends Place {
  /** The account of the bucket. */
  readonly owner: string;
  /** The Region of the bucket, where it is known at synthesis. */
  readonly region?: string;
}

function locate(bucketArn: string, prefix: string): Place {
  if (prefix === '') {
    return { bucketArn, objectsArn: `${bucketArn}/*` };
  }
  if (!isLiteral(prefix) && !prefix.endsWith('/')) {
    // It may turn out to end with a slash.
    return { bucketArn, objectsArn: `${bucketArn}/${prefix}*`, prefixes: [`${prefix}*`] };
  }
  const folder = prefix.replace(/\/$/, '');
  return { bucketArn, objectsArn: `${bucketArn}/${folder}/*`, prefixes: [folder, `${folder}/*`] };
}

function locateUri(uri: string): Place {
  const arnOf = (resource: string): string =>
    Arn.format({ partition: Aws.PARTITION, service: 's3', region: '', account: '', resource });
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (hasDynamicReference(bucket ?? uri)) {
    throw new ValidationError(`'uri' must name the bucket ahead of a dynamic reference, got: '${uri}'`);
  }
  if (Token.isUnresolved(bucket ?? uri)) {
    return {
      objectsArn: `${arnOf(Fn.select(1, Fn.split('s3://', uri)))}*`,
      bucketArn: arnOf(Fn.select(2, Fn.split('/', uri))),
    };
  }
  return locate(arnOf(bucket ?? uri), prefix);
}

function ownerOf({ bucketOwnerAccountId }: ModelSourceOptions): string | undefined {
  if (bucketOwnerAccountId !== undefined) {
    validateText('bucketOwnerAccountId', bucketOwnerAccountId, (owner) =>
      /^\d{12}$/.test(owner) ? undefined : 'must be an account ID of 12 digits',
    );
  }
  return bucketOwnerAccountId;
}
