import { CustomResource, Duration, Fn } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImportedModelBase } from './imported-model-base';
import { ModelImportProvider } from './model-import-provider';
import { LINK, splitIntoLinks, type Link } from './private/chain';
import type { ImportedModelContext } from './private/imported-model-context';
import { jobIdentifierRule } from './private/job-identifier';
import type { WaiterAttribute, WaiterProperties, WaiterResourceType } from './private/protocol';
import { validateSeconds, validateText } from './private/validation';

const RESOURCE_TYPE: WaiterResourceType = 'Custom::BedrockModelImportJobWaiter';
const DEFAULT_TIMEOUT = Duration.minutes(55);
const DEFAULT_POLL_INTERVAL = Duration.seconds(10);

/**
 * Properties of a `ModelImportJobWaiter`.
 */
export interface ModelImportJobWaiterProps {
  /**
   * The import job to wait for: its ARN, its name, or a token that becomes one of them.
   *
   * A literal ARN is asked for in its own Region, and the permission to ask covers exactly that job. A
   * name or a token is asked for in the stack's Region, and the permission covers the import jobs of
   * the stack's account and Region, because a job's ARN cannot be derived from its name.
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
   * The functions and the state machine that do the waiting.
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
   * The customer managed key that encrypts the imported model, where it is known at synthesis.
   */
  public readonly encryptionKey?: kms.IKey;

  /** @internal */
  protected readonly _context: ImportedModelContext;

  constructor(scope: Construct, id: string, props: ModelImportJobWaiterProps) {
    super(scope, id);
    const timeout = props.timeout ?? DEFAULT_TIMEOUT;
    const pollInterval = props.pollInterval ?? DEFAULT_POLL_INTERVAL;
    validateText('jobIdentifier', props.jobIdentifier, jobIdentifierRule);
    validateSeconds('timeout', timeout, 10, 24 * 3600, '10 seconds to 24 hours');
    validateSeconds('pollInterval', pollInterval, 5, 300, '5 seconds to 5 minutes');

    const provider = props.provider ?? ModelImportProvider.getOrCreate(this);
    provider._allowGetJob(props.jobIdentifier);

    const resource = this.createLinks(provider, timeout, {
      stateMachineArn: provider.stateMachineArn,
      jobIdentifier: props.jobIdentifier,
      pollIntervalSeconds: pollInterval.toSeconds(),
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
    this._context = {
      jobArn: this.jobArn,
      encryptionResourceArn: attribute('encryptionResourceArn'),
    };
  }

  /** Creates the links of the wait, each waiting for the one before it, and returns the last. */
  private createLinks(
    provider: ModelImportProvider,
    timeout: Duration,
    common: Omit<WaiterProperties, keyof Link>,
  ): CustomResource {
    const resources = splitIntoLinks(timeout.toSeconds()).map((link, index) => {
      const resource = new CustomResource(this, link.continues ? `Link${index + 1}` : 'Resource', {
        resourceType: RESOURCE_TYPE,
        serviceToken: provider.serviceToken,
        serviceTimeout: Duration.seconds(link.timeoutSeconds + LINK.marginSeconds),
        properties: { ...common, ...link } satisfies WaiterProperties,
      });
      provider._permit(resource);
      return resource;
    });
    resources.slice(1).forEach((resource, index) => resource.node.addDependency(resources[index]));
    return resources[resources.length - 1];
  }
}
