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
   * The ID of the account that owns the bucket: 12 digits.
   *
   * The import role that `ImportedModel` creates can read buckets of this account only. This prevents that somebody who
   * registers the name of a deleted bucket supplies the weights. The policy of a bucket in another account must also
   * allow the import role.
   *
   * @default - For `fromBucket` the account of the bucket, for `fromS3Uri` that of the stack.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
   */
  readonly bucketOwnerAccountId?: string;
}

/**
 * The location of a model's weights: a prefix in Amazon S3 with files in the Hugging Face format.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
export class ModelSource {
  /**
   * Weights under a prefix of a bucket.
   *
   * The import role that `ImportedModel` creates can read this prefix only, and can decrypt with the bucket's
   * `encryptionKey`. If the prefix is a token without a slash at the end, the role can read everything that begins with
   * it.
   *
   * For a bucket in another account, pass `bucketOwnerAccountId`, or a bucket from `Bucket.fromBucketAttributes` with
   * `account`: `Bucket.fromBucketName` does not tell who owns the bucket. The key of an L1 bucket is not known: grant
   * `kms:Decrypt` on it to the import role yourself.
   *
   * @param bucket the bucket, in the stack's Region
   * @param prefix the prefix of `config.json` and the weights: `models/llama/`, without a leading slash or any `*`
   * @param options the owner of the bucket
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
   * Weights under a URI: `s3://bucket/prefix/`, at most 1,024 characters.
   *
   * The bucket must be in the stack's account, unless `bucketOwnerAccountId` names another one. If a customer managed key
   * encrypts the objects, use `ModelSource.fromBucket` with `Bucket.fromBucketAttributes` and `encryptionKey`, so that
   * the import role can decrypt them. If the URI is a token, the import role can list the whole bucket. A dynamic
   * reference can only follow the name of the bucket, because the policy of the import role contains the name.
   *
   * @param uri the URI of `config.json` and the weights, without any `*`
   * @param options the owner of the bucket
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
   * The Region of the bucket, if it is known at synthesis.
   *
   * @internal
   */
  public get _region(): string | undefined {
    return this.location.region;
  }

  /**
   * The statements that allow reading the weights, in buckets of one account only.
   *
   * @internal
   */
  public _readStatements(): iam.PolicyStatement[] {
    // Amazon Bedrock may send HeadBucket first, which is a listing without a prefix.
    return this.statementsOn(this.location.objectsArn, this.location.prefixes, 'StringLikeIfExists');
  }

  /**
   * The statements that the pre-flight check needs: to list the weights, and to read the files that describe them.
   *
   * @internal
   */
  public _checkStatements(): iam.PolicyStatement[] {
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
   * Allows a role to decrypt the weights. For a key in another account, it also allows to describe the key.
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

/** What a policy says of the location of the weights. */
interface S3Location {
  readonly objectsArn: string;
  readonly bucketArn: string;
  /** The prefixes that can be listed. Absent: the whole bucket. */
  readonly prefixes?: string[];
}

interface Location extends S3Location {
  /** The account of the bucket. */
  readonly owner: string;
  /** The Region of the bucket, if it is known at synthesis. */
  readonly region?: string;
}

function locate(bucketArn: string, prefix: string): S3Location {
  if (prefix === '') {
    return { bucketArn, objectsArn: `${bucketArn}/*` };
  }
  if (!isLiteral(prefix) && !prefix.endsWith('/')) {
    // It may turn out to end with a slash.
    return { bucketArn, objectsArn: `${bucketArn}/${prefix}*`, prefixes: [`${prefix}*`] };
  }
  const path = prefix.replace(/\/$/, '');
  return { bucketArn, objectsArn: `${bucketArn}/${path}/*`, prefixes: [path, `${path}/*`] };
}

function locateUri(uri: string): S3Location {
  const arnOf = (resource: string): string =>
    Arn.format({ partition: Aws.PARTITION, service: 's3', region: '', account: '', resource });
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (hasDynamicReference(bucket ?? uri)) {
    throw new ValidationError(
      `'uri' must have the name of the bucket before a dynamic reference, got: '${uri}'`,
    );
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
