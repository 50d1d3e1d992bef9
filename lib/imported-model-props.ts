import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { ModelImportProvider } from './model-import-provider';
import type { ModelSource } from './model-source';
import type { SmokeTest } from './smoke-test';

/**
 * Properties of an `ImportedModel`.
 */
export interface ImportedModelProps {
  /**
   * The location of the weights.
   *
   * A change of the location re-imports the model. CloudFormation cannot detect a change of the weights under the same
   * location: see `triggers`.
   */
  readonly source: ModelSource;

  /**
   * The name of the model.
   *
   * 1 to 63 letters, digits, hyphens and underscores, unique in the account and Region. The old model keeps its name
   * until its replacement is imported. Therefore a change that re-imports a model with a given name must change the
   * name, too; otherwise the deployment fails before an import job starts.
   *
   * @default - A unique name: the stack's name, the logical ID and two hashes.
   */
  readonly importedModelName?: string;

  /**
   * The prefix of the names of the import jobs.
   *
   * 1 to 37 letters, digits, hyphens, dots and plus signs, the first one a letter or digit. Two hashes follow, of the
   * resource and of the request, because Bedrock never releases the name of a job. A change takes effect with the next
   * import.
   *
   * @default - The stack's name and the logical ID, cut to 37 characters.
   */
  readonly jobNamePrefix?: string;

  /**
   * The import role, which Amazon Bedrock assumes to read the weights.
   *
   * No permissions are added to a role that you pass. It must trust `bedrock.amazonaws.com`, and allow `s3:GetObject`
   * and `s3:ListBucket` for the source, `kms:Decrypt` on the source's key if there is one, `kms:CreateGrant`,
   * `kms:Decrypt`, `kms:DescribeKey` and `kms:GenerateDataKey` on `kmsKey`, and with `vpc` the permissions on network
   * interfaces that AWS's guide lists. Do not grant it the use of the model itself: the import depends on its
   * policies, so this would be circular.
   *
   * @default - A new role with exactly these permissions.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
   */
  readonly role?: iam.IRole;

  /**
   * The customer managed key that encrypts the imported model: a symmetric key in the stack's Region, not an alias.
   *
   * A change re-imports the model. The policy of a key in another account must allow `kms:CreateGrant`, `kms:Decrypt`,
   * `kms:DescribeKey` and `kms:GenerateDataKey` to the account of the stack.
   *
   * @default - A key that AWS owns.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The VPC through which the import job reads the weights.
   *
   * It needs a way to Amazon S3, such as a gateway endpoint. The model depends on the routes and endpoints that the app
   * creates for the VPC.
   *
   * @default - The job does not use a VPC.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-custom-model-import.html
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the import job: 1 to 16. Requires `vpc`.
   *
   * @default - The CDK's default selection: the private subnets, if there are any.
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the import job's network interfaces: 1 to 5. Requires `vpc`.
   *
   * @default - With `vpc`, a new security group.
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * What happens to the model when it is replaced or removed from the stack.
   *
   * `RETAIN_ON_UPDATE_OR_DELETE` leaves it in the account, where it counts toward the quota and its storage is billed.
   * The model of a creation that fails or is cancelled is deleted. With `RETAIN` such a model may stay, too.
   * `SNAPSHOT` is not supported. The policy in the deployed template applies, so `RemovalPolicies`,
   * `MissingRemovalPolicies` and overrides work as well.
   *
   * @default RemovalPolicy.DESTROY, CloudFormation's behavior without a policy
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long to wait for the end of the import, counted from the start of the job.
   *
   * 10 seconds to 24 hours, in whole seconds. Bedrock runs one import job at a time in an account and Region. While
   * another job is in progress, the start of this one waits, also for this time but 55 minutes at most. When the time
   * is up, the deployment fails.
   *
   * @default Duration.minutes(55)
   */
  readonly timeout?: Duration;

  /**
   * The time between two polls.
   *
   * 5 seconds to 5 minutes, in whole seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly pollInterval?: Duration;

  /**
   * The ARN of an import job whose model this construct takes over instead of importing one.
   *
   * The job must be in the account and Region of the stack. It may still be running. Use it to move or rename a
   * construct without a re-import, to come back after `cdk orphan` or after a stack was deleted, and to own a model
   * that you imported yourself or only waited for.
   *
   * It has an effect only when the construct is created. The source, the key and a given `importedModelName` must be
   * those of the job. Otherwise the deployment fails, states both values, and leaves the model as it was. It also fails
   * if the job has failed, or if its model does not exist.
   *
   * From then on the model belongs to the construct: it is deleted with the stack unless `removalPolicy` retains it. A
   * creation that is rolled back leaves the model as it was.
   *
   * @default - The construct imports the model.
   */
  readonly adopt?: string;

  /**
   * Values whose change re-imports the model, for example a version or a checksum of the weights.
   *
   * At most 20,000 bytes of JSON.
   *
   * @default - Only a change of the source, the name or the key re-imports the model.
   */
  readonly triggers?: Record<string, string>;

  /**
   * Whether to check the weights before the import job starts.
   *
   * The pre-flight check lists the objects under the prefix and reads the small JSON files that describe the model, in
   * at most 15 seconds. Errors that make an import fail, such as a missing `config.json` or shard, fail the deployment
   * with all findings, and no job starts. Warnings go to the log of the model function. If a permission is missing for
   * a minute, or the network fails, the function skips the check, logs the reason, and starts the import.
   *
   * The model function gets `s3:ListBucket`, `s3:GetObject` on the `.json` objects, and `kms:Decrypt` if the bucket's
   * key is known. The policies of a bucket or key in another account must allow these to the function's role, too. A
   * change of this property does not re-import the model.
   *
   * @default true
   */
  readonly preflight?: boolean;

  /**
   * Whether the deployment waits for the end of the import.
   *
   * If it is `false`, the deployment goes on once the job has started, and does not fail if the job fails later.
   * Attributes that are known only after the import, such as `importedModelArn`, throw an error when the app reads them.
   *
   * @default true
   */
  readonly waitForCompletion?: boolean;

  /**
   * The test request to which a new model must respond before the deployment goes on.
   *
   * The waiter function sends it when the import has completed, at each poll until the model has responded, within
   * `timeout`. If the model of a replacement does not respond, the deployment fails, and the stack goes back to the old
   * model. Excludes `waitForCompletion: false`. The first response starts a billed window of five minutes.
   *
   * @default - No test request is sent.
   */
  readonly smokeTest?: SmokeTest;

  /**
   * The provider that serves the model, in the same stack.
   *
   * Choose it before the first deployment: CloudFormation cannot move a custom resource to another provider.
   *
   * @default - The provider that all models and waiters of the stack share.
   */
  readonly provider?: ModelImportProvider;
}
