import { Arn, Aws, Fn, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { s3PrefixRule, s3UriRule } from './private/model-rules';
import { validateText } from './private/validation';

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
   * `encryptionKey`.
   *
   * @param bucket the bucket, of the stack's own Region
   * @param prefix the folder that holds `config.json` and the weights, without a slash in front
   */
  public static s3(bucket: s3.IBucket, prefix: string): ModelSource {
    validateText('prefix', prefix, s3PrefixRule);
    return new ModelSource(
      `s3://${bucket.bucketName}/${prefix}`,
      { bucketArn: bucket.bucketArn, prefix },
      bucket,
    );
  }

  /**
   * Weights under a URI: `s3://bucket/prefix/`.
   *
   * When the objects are encrypted under a customer managed key, use `ModelSource.s3` with
   * `Bucket.fromBucketAttributes` and its `encryptionKey`, so that the import role may decrypt them. When
   * the URI is a token, the import role may list the whole bucket.
   *
   * @param uri the URI of the folder that holds `config.json` and the weights
   */
  public static s3Uri(uri: string): ModelSource {
    validateText('uri', uri, s3UriRule);
    return new ModelSource(uri, locate(uri));
  }

  /**
   * The URI of the weights: `s3://bucket/prefix/`.
   */
  public readonly uri: string;

  private constructor(
    uri: string,
    private readonly location: Location,
    private readonly bucket?: s3.IBucket,
  ) {
    this.uri = uri;
  }

  /**
   * Allows a role to read the weights, in buckets of one account only.
   *
   * @internal
   */
  public _grantRead(role: iam.Role): void {
    const { bucketArn, prefix } = this.location;
    const folder = prefix?.replace(/\/$/, '');
    const account = this.bucket?.env.account ?? Aws.ACCOUNT_ID;
    const inAccount = { 'aws:ResourceAccount': account };
    // To read the weights.
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [folder === undefined ? `${bucketArn}*` : `${bucketArn}/${folder && `${folder}/`}*`],
        conditions: { StringEquals: inAccount },
      }),
    );
    // To find them.
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.location.listedArn ?? bucketArn],
        conditions: {
          StringEquals: inAccount,
          ...(folder && { StringLike: { 's3:prefix': [folder, `${folder}/*`] } }),
        },
      }),
    );
    // To decrypt them.
    this.bucket?.encryptionKey?.grantDecrypt(role);
  }
}

/** What a policy says of the place of the weights. */
interface Location {
  readonly bucketArn: string;
  /** Undefined when it is a part of a token, and then a part of `bucketArn`. */
  readonly prefix?: string;
  readonly listedArn?: string;
}

function locate(uri: string): Location {
  const arnOf = (resource: string): string =>
    Arn.format({ partition: Aws.PARTITION, service: 's3', region: '', account: '', resource });
  if (Token.isUnresolved(uri)) {
    return {
      bucketArn: arnOf(Fn.select(1, Fn.split('s3://', uri))),
      listedArn: arnOf(Fn.select(2, Fn.split('/', uri))),
    };
  }
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri)!;
  return { bucketArn: arnOf(bucket), prefix };
}
