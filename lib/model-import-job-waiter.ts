import { CustomResource, Duration, Fn, Stack, Token, type CfnResource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import { ImportedModelBase } from './imported-model-base';
import type { ModelImportProvider } from './model-import-provider';
import { LINK, secondsToDeadline, splitIntoLinks, type Link } from './private/contract/links';
import { warnOfCrossStackUse } from './private/model/cross-stack';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { jobIdentifierRule, parseJobArn, type JobArnParts } from './private/contract/job-identifier';
import { s3UriRule } from './private/model/model-rules';
import type {
  LinkAttribute,
  WaiterAttribute,
  WaiterProperties,
  WaiterResourceType,
} from './private/contract/protocol';
import { providerFor } from './private/provider/provider-for';
import { regionRule } from './private/contract/region-name';
import { warnUnlessOffered } from './private/wait/regions';
import { injectProps } from './private/property-injection';
import {
  isLiteral,
  ValidationError,
  validateConstruct,
  validateFor,
  validateKey,
  validateRegion,
  validateText,
} from './private/validation';
import { waitOptions } from './private/wait/wait-options';
import { writtenByApp } from './private/written-by-app';
import type { SmokeTest } from './smoke-test';

const RESOURCE_TYPE: WaiterResourceType = 'Custom::BedrockModelImportJobWaiter';

/**
 * Properties of a `ModelImportJobWaiter`.
 */
export interface ModelImportJobWaiterProps {
  /**
   * The import job to wait for: its ARN, its name, or a token that becomes one of them.
   *
   * An ARN is asked for in its own Region, a name in the stack's. The permission to ask covers exactly the
   * job of a literal ARN; for a name or a token it covers the import jobs of the stack's account and
   * Region, because a job's ARN cannot be derived from its name. A token that becomes an ARN of another
   * Region needs `region` for its permissions. A dynamic reference like `{{resolve:ssm:/job}}` is taken as
   * a token is.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelImportJob.html
   */
  readonly jobIdentifier: string;

  /**
   * How long to wait for the job to end, counted from the deployment of this construct.
   *
   * 10 seconds to 24 hours, in whole seconds. A wait of more than 55 minutes becomes a chain of custom
   * resources of up to 55 minutes each, because CloudFormation ends a custom resource after an hour.
   *
   * @default Duration.minutes(55)
   */
  readonly timeout?: Duration;

  /**
   * The time between two polls.
   *
   * 5 seconds to 5 minutes, in whole seconds. It bounds how long after the job's end the deployment
   * goes on, and it drives the cost of a wait.
   *
   * @default Duration.seconds(10)
   */
  readonly pollInterval?: Duration;

  /**
   * The Region of the job, when `jobIdentifier` is a name or a token.
   *
   * An ARN carries its own Region, which counts.
   *
   * @default - The stack's Region.
   */
  readonly region?: string;

  /**
   * The role that the poll function assumes, for a job of another account.
   *
   * It needs `bedrock:GetModelImportJob` on the job, `bedrock:GetImportedModel` on the model, with
   * `smokeTest` also `bedrock:InvokeModel` on the model and `kms:Decrypt` on its key, and must trust the role
   * of the poll function (`provider.waiterRole`) or its account. The poll function may assume exactly this role, and needs no
   * permission on the job itself. A job name is then asked for in the role's account.
   *
   * @default - The role of the poll function asks, in the stack's account.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
   */
  readonly assumedRole?: iam.IRoleRef;

  /**
   * The external ID with which `assumedRole` is assumed.
   *
   * 2 to 1,224 characters.
   *
   * @default - None.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
   */
  readonly externalId?: string;

  /**
   * The key that the model must be encrypted under.
   *
   * Checked when the job has completed: under another key, or one that AWS owns, the deployment fails
   * and says both. It takes a key in the job's Region, not an alias of one, because a job names its key.
   *
   * @default - Any key, or one that AWS owns.
   */
  readonly expectedKmsKey?: kms.IKey;

  /**
   * The S3 URI that the model must have been imported from: `s3://bucket/prefix`.
   *
   * Checked when the job has completed: with another one the deployment fails and says both. A slash at
   * the end makes no difference.
   *
   * @default - Any.
   */
  readonly expectedModelDataSourceS3Uri?: string;

  /**
   * The test request that the model must answer before the deployment goes on.
   *
   * It is sent when the job has completed, again and again until the model has answered, within `timeout`.
   * For a job that the waiter has waited for before it is not sent again. A model under a customer managed key
   * needs `expectedKmsKey` for the permission to decrypt it.
   *
   * @default - No test request is sent.
   */
  readonly smokeTest?: SmokeTest;

  /**
   * The functions and the state machine that do the waiting.
   *
   * One of the same stack. Choose it before the first deployment: CloudFormation does not move a custom
   * resource to another one.
   *
   * @default - One that all waiters of the stack share.
   */
  readonly provider?: ModelImportProvider;
}

/**
 * Blocks the deployment until an Amazon Bedrock model import job ends, and exposes every field of the
 * job.
 *
 * Whatever uses one of the attributes is created after the job has completed; use
 * `node.addDependency(waiter)` for what uses none. A job that fails, or does not end in time, fails the
 * deployment with a reason. Deleting the construct does nothing to the job or the model.
 *
 * An attribute that Bedrock omits is an empty string. Attributes hold what the job said when the wait
 * ended.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelImportJob.html
 */
export class ModelImportJobWaiter extends ImportedModelBase {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ModelImportJobWaiter';

  /**
   * The ARN of the import job: `arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456`.
   */
  public readonly jobArn: string;

  /**
   * The name of the import job. Empty when Bedrock omits it.
   */
  public readonly jobName: string;

  /**
   * The name of the imported model. Empty when Bedrock omits it.
   */
  public readonly importedModelName: string;

  /**
   * The ARN of the imported model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   *
   * Never empty: the wait goes on until Bedrock names it.
   */
  public readonly importedModelArn: string;

  /**
   * The ARN of the role that the job read the weights with. Empty when Bedrock omits it.
   */
  public readonly roleArn: string;

  /**
   * The URI of the weights: `s3://bucket/prefix`. Empty when Bedrock omits it.
   */
  public readonly modelDataSourceS3Uri: string;

  /**
   * The status of the job when the wait ended: `Completed`.
   */
  public readonly status: string;

  /**
   * When the job was created, in ISO 8601 and UTC: `2026-01-31T12:00:00.000Z`. Empty when Bedrock omits it.
   */
  public readonly creationTime: string;

  /**
   * When the job was last modified, in ISO 8601 and UTC. Empty when Bedrock omits it.
   */
  public readonly lastModifiedTime: string;

  /**
   * When the job ended, in ISO 8601 and UTC. Empty when Bedrock omits it.
   */
  public readonly endTime: string;

  /**
   * The IDs of the subnets that the job ran in.
   *
   * Without a VPC the list holds one empty string, which is how CloudFormation splits an empty one.
   */
  public readonly vpcSubnetIds: string[];

  /**
   * The IDs of the security groups that the job ran with.
   *
   * Without a VPC the list holds one empty string, which is how CloudFormation splits an empty one.
   */
  public readonly vpcSecurityGroupIds: string[];

  /**
   * The ARN of the customer managed key that encrypts the imported model. Empty when it is encrypted
   * under a key that AWS owns.
   */
  public readonly importedModelKmsKeyArn: string;

  /**
   * The architecture of the imported model: `llama`. Empty when Bedrock does not say.
   */
  public readonly modelArchitecture: string;

  /**
   * Whether the model speaks the Converse API: `true`, `false`, or empty when Bedrock does not say.
   */
  public readonly instructSupported: string;

  /**
   * How many custom model units each copy of the model is billed for. Empty when Bedrock does not say.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
   */
  public readonly customModelUnitsPerModelCopy: string;

  /**
   * The version of the custom model units that the model is billed in: `v1.0`. Empty when Bedrock does not
   * say.
   */
  public readonly customModelUnitsVersion: string;

  /**
   * The customer managed key that encrypts the imported model, where it is known at synthesis: that of
   * `expectedKmsKey`.
   */
  public readonly kmsKey?: kms.IKey;

  private readonly encryptionResourceArn: string;

  constructor(scope: Construct, id: string, props: ModelImportJobWaiterProps) {
    props = injectProps(ModelImportJobWaiter.PROPERTY_INJECTION_ID, props, scope, id);
    const { timeoutSeconds, pollIntervalSeconds } = validateFor(scope, id, () => {
      validateText('jobIdentifier', props.jobIdentifier, jobIdentifierRule);
      validateLocation(scope, props);
      validateExpectations(scope, props);
      return waitOptions(props);
    });
    super(scope, id, locationOf(props));
    warnUnlessOffered(writtenByApp(this), this.env.region);

    const provider = providerFor(this, props.provider);
    const permissions = this.permit(provider, props);
    const resource = this.createLinks(provider, permissions, timeoutSeconds, {
      stateMachineArn: provider.stateMachineArn,
      jobIdentifier: props.jobIdentifier,
      pollIntervalSeconds,
      region: props.region,
      assumedRoleArn: props.assumedRole?.roleRef.roleArn,
      externalId: props.externalId,
      expectedKmsKeyArn: props.expectedKmsKey?.keyArn,
      expectedModelDataSourceS3Uri: props.expectedModelDataSourceS3Uri,
      smokeTest: props.smokeTest?._render(this),
    });

    const attribute = (name: WaiterAttribute): string => resource.getAttString(name);
    this.jobArn = attribute('jobArn');
    this.jobName = attribute('jobName');
    this.importedModelName = attribute('importedModelName');
    this.importedModelArn = attribute('importedModelArn');
    this.roleArn = attribute('roleArn');
    this.modelDataSourceS3Uri = attribute('modelDataSource.s3DataSource.s3Uri');
    this.status = attribute('status');
    this.creationTime = attribute('creationTime');
    this.lastModifiedTime = attribute('lastModifiedTime');
    this.endTime = attribute('endTime');
    this.vpcSubnetIds = Fn.split(',', attribute('vpcConfig.subnetIds'));
    this.vpcSecurityGroupIds = Fn.split(',', attribute('vpcConfig.securityGroupIds'));
    this.importedModelKmsKeyArn = attribute('importedModelKmsKeyArn');
    this.modelArchitecture = attribute('modelArchitecture');
    this.instructSupported = attribute('instructSupported');
    this.customModelUnitsPerModelCopy = attribute('customModelUnits.customModelUnitsPerModelCopy');
    this.customModelUnitsVersion = attribute('customModelUnits.customModelUnitsVersion');
    this.kmsKey = props.expectedKmsKey;
    this.encryptionResourceArn = attribute('encryptionResourceArn');
    this.node.defaultChild = resource.node.defaultChild;
    warnOfCrossStackUse(writtenByApp(this), resource.node.defaultChild as CfnResource);
  }

  /** @internal */
  public override get _context(): ImportedModelContext {
    return { jobArn: this.jobArn, encryptionResourceArn: this.encryptionResourceArn };
  }

  /** Lets the poll function ask for the job, for its model, and the model itself. Returns the policies. */
  private permit(
    provider: ModelImportProvider,
    { jobIdentifier, region, assumedRole, expectedKmsKey, smokeTest }: ModelImportJobWaiterProps,
  ): IDependable[] {
    if (assumedRole) {
      return provider._allowAssumeRole(assumedRole);
    }
    return [
      ...(smokeTest && expectedKmsKey ? provider._allowDecrypt(expectedKmsKey) : []),
      ...provider._allowGetJob(jobIdentifier, region),
      ...provider._allowOnModels('bedrock:GetImportedModel', this.env),
      ...provider._allowFindModels(),
      ...(smokeTest ? provider._allowOnModels('bedrock:InvokeModel', this.env) : []),
    ];
  }

  /** Creates the links of the wait, each waiting for the one before it, and returns the last. */
  private createLinks(
    provider: ModelImportProvider,
    permissions: IDependable[],
    timeoutSeconds: number,
    common: Omit<WaiterProperties, keyof Link | 'deadlineSeconds' | 'waitingSince'>,
  ): CustomResource {
    const { smokeTest, ...polling } = common;
    const resources: CustomResource[] = [];
    for (const link of splitIntoLinks(timeoutSeconds)) {
      const deadlineSeconds = secondsToDeadline(link.timeoutSeconds);
      const id = link.continues ? `Link${resources.length + 1}` : 'Resource';

      const resource = new CustomResource(this, id, {
        resourceType: RESOURCE_TYPE,
        serviceToken: provider.serviceToken,
        serviceTimeout: Duration.seconds(deadlineSeconds + LINK.marginSeconds),
        properties: {
          ...polling,
          ...link,
          deadlineSeconds,
          // It also makes each link wait for the one before it.
          waitingSince: resources.at(-1)?.getAttString('waitingSince' satisfies LinkAttribute),
          // Only the last link tests the model.
          smokeTest: link.continues ? undefined : smokeTest,
        } satisfies WaiterProperties,
      });
      provider._permit(resource, permissions);
      resources.push(resource);
    }
    return resources[resources.length - 1];
  }
}

/** Where the job and its model are, as far as that is known not to be where the stack is. */
function locationOf({ jobIdentifier, region, assumedRole }: ModelImportJobWaiterProps): Partial<JobArnParts> {
  return jobOf(jobIdentifier) ?? { region, account: assumedRole?.env.account };
}

/** The parts of a job's ARN, when it is known. */
function jobOf(jobIdentifier: string): JobArnParts | undefined {
  return isLiteral(jobIdentifier) ? parseJobArn(jobIdentifier) : undefined;
}

function validateLocation(scope: Construct, props: ModelImportJobWaiterProps): void {
  const { jobIdentifier, region, assumedRole, externalId } = props;
  validateConstruct('assumedRole', assumedRole && (assumedRole.roleRef ?? null), 'roleArn', 'a role');
  const job = jobOf(jobIdentifier);
  if (region !== undefined) {
    validateText('region', region, regionRule);
  }
  if (job && region && isLiteral(region) && region !== job.region) {
    throw new ValidationError(`'region' must be that of the job's ARN, ${job.region}, got: '${region}'`);
  }
  const { account } = Stack.of(scope);
  if (job && !assumedRole && !Token.isUnresolved(account) && account !== job.account) {
    throw new ValidationError(
      `'assumedRole' is needed for a job of another account: the job is in ${job.account}, the stack in ${account}`,
    );
  }
  if (externalId !== undefined) {
    if (!assumedRole) {
      throw new ValidationError("'externalId' can only be used with 'assumedRole'");
    }
    validateText('externalId', externalId, (literal) =>
      /^[\w+=,.@:/-]{2,1224}$/.test(literal)
        ? undefined
        : 'must be 2 to 1,224 letters, digits and characters of "_+=,.@:/-"',
    );
  }
}

function validateExpectations(scope: Construct, props: ModelImportJobWaiterProps): void {
  validateKey('expectedKmsKey', props.expectedKmsKey);
  const region = locationOf(props).region ?? Stack.of(scope).region;
  validateRegion('expectedKmsKey', props.expectedKmsKey, region, 'job');
  if (props.expectedModelDataSourceS3Uri !== undefined) {
    validateText('expectedModelDataSourceS3Uri', props.expectedModelDataSourceS3Uri, s3UriRule);
  }
}
