import {
  CustomResource,
  Duration,
  type RemovalPolicy,
  type CfnResource,
  type ITaggable,
  type TagManager,
} from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImportedModelBase, type IImportedModel, type ImportedModelAttributes } from './imported-model-base';
import { ModelImportJobWaiter } from './model-import-job-waiter';
import type { ModelImportProvider } from './model-import-provider';
import type { ModelSource } from './model-source';
import { LINK } from './private/contract/links';
import { warnOfCrossStackUse } from './private/model/cross-stack';
import { ImportRole } from './private/model/import-role';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { validateImportedModel, warnOfSource } from './private/model/imported-model-props';
import { ImportedModelReference } from './private/model/imported-model-reference';
import { createJobNetwork, selectJobSubnets, type JobNetwork } from './private/model/job-network';
import { warnOfKeyPolicy } from './private/model/key-policy';
import { validateUniqueName } from './private/model/model-names';
import { readParameter } from './private/model/model-parameter';
import { modelTags, tagErrors } from './private/model/model-tags';
import { forwardReferenceStrength } from './private/model/reference-strength';
import { injectProps } from './private/property-injection';
import { ValidationError, validateFor } from './private/validation';
import { ownsItsParts } from './private/written-by-app';
import { networkDependencies } from './private/provider/network';
import { policiesOf } from './private/provider/policies-of';
import type {
  ImportedModelAttribute,
  ImportedModelProperties,
  ImportedModelResourceType,
  Tag,
} from './private/contract/protocol';
import { providerFor } from './private/provider/provider-for';
import { warnUnlessOffered } from './private/wait/regions';
import { waitOptions } from './private/wait/wait-options';
import type { SmokeTest } from './smoke-test';

const RESOURCE_TYPE: ImportedModelResourceType = 'Custom::BedrockImportedModel';

/**
 * Properties of an `ImportedModel`.
 */
export interface ImportedModelProps {
  /**
   * Where the weights are.
   *
   * A change of the location imports the model again; a change of what lies there goes unnoticed, see
   * `triggers`.
   */
  readonly source: ModelSource;

  /**
   * The name of the model.
   *
   * 1 to 63 letters, digits, hyphens and underscores. While a replacement is imported the old model still
   * has its name: a change that imports the model again is refused at once unless it changes a given name
   * too.
   *
   * @default - A unique name of the stack's name, the logical ID and two hashes.
   */
  readonly importedModelName?: string;

  /**
   * What the names of the import jobs begin with.
   *
   * 1 to 37 letters, digits, hyphens, dots and plus signs, the first one a letter or digit. Two hashes
   * follow, of the resource and of the request, because the name of a job is used up for ever. A change
   * takes effect with the next import.
   *
   * @default - The stack's name and the logical ID, cut to 37 characters.
   */
  readonly jobNamePrefix?: string;

  /**
   * The role that Amazon Bedrock reads the weights with.
   *
   * A role that is passed is used as it is. It must trust `bedrock.amazonaws.com`, and hold `s3:GetObject`
   * and `s3:ListBucket` for the source, `kms:Decrypt` on the key of the source when it has one, with `kmsKey`
   * `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey` and `kms:GenerateDataKey` on that key, and with `vpc` the
   * permissions on network interfaces that the guide lists. It must not be granted the use of the very model: the
   * import waits for its policies.
   *
   * @default - A new role that may do exactly this.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
   */
  readonly role?: iam.IRole;

  /**
   * The key that encrypts the imported model: a symmetric one of the stack's Region.
   *
   * The policy of a key of another account must let the account of the stack use `kms:CreateGrant`,
   * `kms:Decrypt`, `kms:DescribeKey` and `kms:GenerateDataKey`.
   *
   * @default - A key that AWS owns.
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The VPC that the import job reads the weights through.
   *
   * It needs a way to Amazon S3, such as a gateway endpoint. The import waits for the routes of the VPC and
   * its endpoints of Amazon S3.
   *
   * @default - The job does not use a VPC.
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which subnets of the VPC the import job uses: 1 to 16.
   *
   * @default - CDK's default selection: the private subnets, if there are any.
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the import job's network interfaces: 1 to 5.
   *
   * @default - A new security group when `vpc` is set.
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * What happens to the model when it is replaced or removed from the stack.
   *
   * `RETAIN` leaves it in the account, where it counts towards the quota and its storage is billed. So does
   * `RETAIN_ON_UPDATE_OR_DELETE`, also when a creation is cancelled half-way. The policy counts that the
   * template ends up with, so that `RemovalPolicies`, `MissingRemovalPolicies` and overrides do too.
   *
   * @default RemovalPolicy.DESTROY, which CloudFormation takes in the absence of a policy
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long to wait for the import, counted from the start of the job.
   *
   * 10 seconds to 24 hours, in whole seconds. One import job runs per account and Region: while one from
   * outside the stack is in progress, the start of this one waits as long, but 55 minutes at most.
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
   * The import job whose model this construct takes over instead of importing: an ARN.
   *
   * It counts when the construct is created, and never later. The job's source and key, and a given name, must be
   * what the construct says, otherwise the deployment fails and says both. A job that runs is waited for. From
   * then on the model is the construct's: it goes with the stack. A creation that is rolled back leaves an adopted
   * model as it was.
   *
   * This is how to move or rename a construct without another import, to come back after `cdk orphan` or a lost
   * stack, and to own a model that was imported by hand or only waited for.
   *
   * @default - The model is imported.
   */
  readonly adopt?: string;

  /**
   * Values whose change imports the model again, for example a version or a checksum of the weights.
   *
   * @default - Only a change of what defines the model imports it again.
   */
  readonly triggers?: Record<string, string>;

  /**
   * Whether to look at the weights before the import job starts.
   *
   * The look lists the folder and reads the few small JSON files in it that say what the model is. What is
   * certain to fail, such as a missing `config.json` or shard, fails the deployment within seconds, with all
   * that was found, and no job starts. What is only doubtful goes to the log of the lifecycle function. So
   * does that there was no look, because of a missing permission or an error of the network: the import goes
   * on. A denial is asked about again for a minute first.
   *
   * It takes `s3:ListBucket` and `s3:GetObject` on the `.json` files for the lifecycle function, and
   * `kms:Decrypt` when the bucket's key is known. They are granted, but the policies of a bucket or key of
   * another account must admit the function's role, too. A change of this property alone imports nothing.
   *
   * @default true
   */
  readonly preflight?: boolean;

  /**
   * Whether the deployment waits for the end of the import.
   *
   * Without it the deployment goes on once the job has started, and a job that fails later is not
   * noticed. Attributes that are known only after the import, such as `importedModelArn`, throw an error
   * when they are read.
   *
   * @default true
   */
  readonly waitForCompletion?: boolean;

  /**
   * The question that a new model must answer before the deployment goes on.
   *
   * It is put when the import has completed, again and again until the model has answered, inside of
   * `timeout`. A replacement whose model cannot answer is rolled back, and the old model goes on. Excludes
   * `waitForCompletion: false`.
   *
   * @default - The model is not asked.
   */
  readonly smokeTest?: SmokeTest;

  /**
   * The functions and the state machine that do the work.
   *
   * One of the same stack. Choose it before the first deployment: CloudFormation does not move a custom
   * resource to another one.
   *
   * @default - One that all models and waiters of the stack share.
   */
  readonly provider?: ModelImportProvider;
}

/**
 * Options of `ImportedModel.fromParameterName`.
 */
export interface ImportedModelParameterOptions {
  /**
   * The customer managed key that encrypts the model, so that callers may be allowed to decrypt.
   *
   * @default - The model is taken to be encrypted under a key that AWS owns.
   */
  readonly kmsKey?: kms.IKey;
}

/**
 * A model that the stack imports into Amazon Bedrock, and owns.
 *
 * The deployment starts an import job, waits for its end, and exposes the model. A change of the source,
 * the name, the key or the triggers imports the model again, and deletes the old one once the stack uses
 * the new one; until then both count towards the quota of imported models. How the weights are read does
 * not make another model: a changed role or network serves the next import. When an import fails, the
 * stack goes back to the old model. Deleting the construct deletes the model, after its import job has
 * ended if need be. `resource.addDependency(model.node.defaultChild)` waits for the start of the import only;
 * `node.addDependency(model)` waits for its end. To CloudFormation another logical ID is another model: keep it with
 * `overrideLogicalId` when you rename or move the construct.
 *
 * One import job runs per account and Region. The models of a provider are imported one after another, in
 * the order in which they are created in the app: create a model after those that it depends on. Those of
 * several stacks that are deployed at the same time wait for their turn in Bedrock; `addDependency` between
 * the stacks orders them.
 *
 * Tags of the construct and of its stack become tags of the job and the model, and change in place.
 *
 * Other stacks learn its ARN by `publishArn` and `fromParameterName`, not by a reference: see "Sharing a model across
 * stacks" in the docs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
export class ImportedModel extends ImportedModelBase implements ITaggable, ec2.IConnectable {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ImportedModel';

  /**
   * A model that was imported elsewhere, by its ARN.
   *
   * It is taken to be encrypted under a key that AWS owns; with a key of yours, use
   * `fromImportedModelAttributes`.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param importedModelArn the ARN: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`
   */
  public static fromImportedModelArn(scope: Construct, id: string, importedModelArn: string): IImportedModel {
    return ImportedModel.fromImportedModelAttributes(scope, id, { importedModelArn });
  }

  /**
   * A model that was imported elsewhere, by what describes it.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param attrs the ARN, and what else is known
   */
  public static fromImportedModelAttributes(
    scope: Construct,
    id: string,
    attrs: ImportedModelAttributes,
  ): IImportedModel {
    // eslint-disable-next-line cdk/require-passing-this, cdk/no-variable-construct-id -- its caller places and names it
    return new ImportedModelReference(scope, id, attrs);
  }

  /**
   * A model of another stack, by the SSM parameter that `publishArn` writes there.
   *
   * The parameter is read at each deployment of the stack of the scope. When the same app publishes it, that stack is
   * deployed first.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param parameterName the name of the parameter: `/models/llama`
   * @param options what else is known of the model
   */
  public static fromParameterName(
    scope: Construct,
    id: string,
    parameterName: string,
    options: ImportedModelParameterOptions = {},
  ): IImportedModel {
    const importedModelArn = validateFor(scope, id, () => readParameter(scope, parameterName));
    return ImportedModel.fromImportedModelAttributes(scope, id, { importedModelArn, ...options });
  }

  /**
   * The tags of the import job and the model: at most 45, of letters, digits, spaces and `._:/=+@-`, with
   * keys of up to 128 and values of up to 256 characters.
   *
   * `Tags.of(model).remove('key')` keeps a tag of the app or the stack off the model.
   */
  public readonly tags: TagManager;

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
   * The ARN of the role that the job reads the weights with. Empty when Bedrock omits it.
   */
  public readonly roleArn: string;

  /**
   * The URI of the weights: `s3://bucket/prefix/`. Empty when Bedrock omits it.
   */
  public readonly modelDataSourceS3Uri: string;

  /**
   * The IDs of the subnets that the job runs in.
   *
   * Without a VPC the list holds one empty string, which is how CloudFormation splits an empty one.
   */
  public readonly vpcSubnetIds: string[];

  /**
   * The IDs of the security groups that the job runs with.
   *
   * Without a VPC the list holds one empty string, which is how CloudFormation splits an empty one.
   */
  public readonly vpcSecurityGroupIds: string[];

  /**
   * The role that the job reads the weights with.
   */
  public readonly role: iam.IRole;

  /**
   * The customer managed key that encrypts the model.
   */
  public readonly kmsKey?: kms.IKey;

  private readonly groups?: ec2.Connections;
  private readonly waiter?: ModelImportJobWaiter;

  constructor(scope: Construct, id: string, props: ImportedModelProps) {
    props = injectProps(ImportedModel.PROPERTY_INJECTION_ID, props, scope, id);
    const subnets = validateFor(scope, id, () => {
      validateImportedModel(props, scope);
      return selectJobSubnets(props);
    });
    super(scope, id);
    ownsItsParts(this);
    validateUniqueName(this, props.importedModelName);
    warnOfSource(this, props.source);
    this.tags = modelTags(this.stack, RESOURCE_TYPE);
    this.node.addValidation({ validate: () => tagErrors(this.tags) });

    const { network, connections } = subnets ? createJobNetwork(this, props, subnets) : {};
    this.groups = connections;
    this.role =
      props.role ??
      new ImportRole(this, 'ImportRole', {
        source: props.source,
        network,
        key: props.kmsKey,
      });
    this.kmsKey = props.kmsKey;
    const provider = providerFor(this, props.provider);
    const resource = this.createResource(props, provider, network);
    this.waiter =
      (props.waitForCompletion ?? true) ? this.createWaiter(props, provider, resource) : undefined;
    if (!this.waiter) {
      warnUnlessOffered(this, this.env.region);
    }
    const model = resource.node.defaultChild as CfnResource;
    provider._imports.add({ model: this, start: model, end: this.waiter ?? resource });
    warnOfCrossStackUse(this, model);
    const wait = this.waiter?.node.defaultChild as CfnResource | undefined;
    if (wait) {
      forwardReferenceStrength(model, wait);
    }
    if (props.kmsKey) {
      warnOfKeyPolicy(this, props.kmsKey, [provider._modelRole, this.role]);
    }

    const started = (name: ImportedModelAttribute): string => resource.getAttString(name);
    this.jobArn = this.waiter?.jobArn ?? started('jobArn');
    this.jobName = this.waiter?.jobName ?? started('jobName');
    this.importedModelName = this.waiter?.importedModelName ?? started('importedModelName');
    this.roleArn = this.waiter?.roleArn ?? this.role.roleArn;
    this.modelDataSourceS3Uri = this.waiter?.modelDataSourceS3Uri ?? props.source.uri;
    this.vpcSubnetIds = this.waiter?.vpcSubnetIds ?? network?.subnetIds ?? [''];
    this.vpcSecurityGroupIds = this.waiter?.vpcSecurityGroupIds ?? network?.securityGroupIds ?? [''];
  }

  /** @internal */
  public override get _context(): ImportedModelContext {
    return { jobArn: this.jobArn };
  }

  /**
   * The network connections of the import job, for the rules of its security groups.
   *
   * Only with `vpc`.
   */
  public get connections(): ec2.Connections {
    if (!this.groups) {
      throw new ValidationError("'connections' can only be used with 'vpc'", this.node.path);
    }
    return this.groups;
  }

  /**
   * The ARN of the imported model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   *
   * Only with `waitForCompletion`.
   */
  public get importedModelArn(): string {
    return this.imported('importedModelArn');
  }

  /**
   * The status of the job when the wait ended: `Completed`.
   *
   * Only with `waitForCompletion`.
   */
  public get status(): string {
    return this.imported('status');
  }

  /**
   * When the job was created, in ISO 8601 and UTC: `2026-01-31T12:00:00.000Z`. Empty when Bedrock omits it.
   *
   * Only with `waitForCompletion`.
   */
  public get creationTime(): string {
    return this.imported('creationTime');
  }

  /**
   * When the job was last modified, in ISO 8601 and UTC. Empty when Bedrock omits it.
   *
   * Only with `waitForCompletion`.
   */
  public get lastModifiedTime(): string {
    return this.imported('lastModifiedTime');
  }

  /**
   * When the job ended, in ISO 8601 and UTC. Empty when Bedrock omits it.
   *
   * Only with `waitForCompletion`.
   */
  public get endTime(): string {
    return this.imported('endTime');
  }

  /**
   * The ARN of the customer managed key that encrypts the imported model. Empty when it is encrypted
   * under a key that AWS owns.
   *
   * Only with `waitForCompletion`.
   */
  public get importedModelKmsKeyArn(): string {
    return this.imported('importedModelKmsKeyArn');
  }

  /**
   * The architecture of the imported model: `llama`. Empty when Bedrock does not say.
   *
   * Only with `waitForCompletion`.
   */
  public get modelArchitecture(): string {
    return this.imported('modelArchitecture');
  }

  /**
   * Whether the model speaks the Converse API: `true`, `false`, or empty when Bedrock does not say.
   *
   * Only with `waitForCompletion`.
   */
  public get instructSupported(): string {
    return this.imported('instructSupported');
  }

  /**
   * How many custom model units each copy of the model is billed for. Empty when Bedrock does not say.
   *
   * Only with `waitForCompletion`.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
   */
  public get customModelUnitsPerModelCopy(): string {
    return this.imported('customModelUnitsPerModelCopy');
  }

  /**
   * The version of the custom model units that the model is billed in: `v1.0`. Empty when Bedrock does not
   * say.
   *
   * Only with `waitForCompletion`.
   */
  public get customModelUnitsVersion(): string {
    return this.imported('customModelUnitsVersion');
  }

  /** What only the end of the import tells. */
  private imported<Name extends keyof ModelImportJobWaiter>(name: Name): ModelImportJobWaiter[Name] {
    if (!this.waiter) {
      throw new ValidationError(
        `'${name}' of ${this.node.path} is known after the import only, and 'waitForCompletion' is false`,
        this.node.path,
      );
    }
    return this.waiter[name];
  }

  /** Creates what starts the job and owns the model. */
  private createResource(
    props: ImportedModelProps,
    provider: ModelImportProvider,
    network?: JobNetwork,
  ): CustomResource {
    const { timeoutSeconds, pollIntervalSeconds } = waitOptions(props);
    const preflight = props.preflight ?? true;
    const served = provider._allowImport(this, {
      role: this.role,
      key: props.kmsKey,
      lookedAt: preflight ? props.source : undefined,
    });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken: provider.serviceToken,
      // What a Delete may take: the job has to end first.
      serviceTimeout: Duration.seconds(LINK.maxSeconds + LINK.marginSeconds),
      properties: {
        stateMachineArn: provider.stateMachineArn,
        modelFunctionArn: served.functionArn,
        tableName: served.tableName,
        definition: {
          importedModelName: props.importedModelName,
          roleArn: this.role.roleArn,
          s3Uri: props.source.uri,
          kmsKeyArn: props.kmsKey?.keyArn,
          ...network,
          triggers: props.triggers,
        },
        adopt: props.adopt,
        jobNamePrefix: props.jobNamePrefix,
        tags: this.tags.renderedTags as unknown as Tag[],
        preflight,
        usesChatTemplate: (preflight && props.smokeTest?._usesChatTemplate(this)) || undefined,
        startTimeoutSeconds: Math.min(timeoutSeconds, LINK.maxSeconds),
        deadlineSeconds: LINK.maxSeconds,
        pollIntervalSeconds,
      } satisfies ImportedModelProperties,
    });
    this.node.defaultChild = resource.node.defaultChild;
    this.setRemovalPolicy(props.removalPolicy);
    provider._permit(resource, [...served.permissions, policiesOf(this.role)]);
    if (props.vpc) {
      // The job reads the weights through its routes and endpoints.
      resource.node.addDependency(networkDependencies(props.vpc, this));
    }
    return resource;
  }

  /** Creates what waits for the end of the job. */
  private createWaiter(
    props: ImportedModelProps,
    provider: ModelImportProvider,
    resource: CustomResource,
  ): ModelImportJobWaiter {
    if (props.smokeTest && props.kmsKey) {
      provider._allowDecrypt(props.kmsKey);
    }
    return new ModelImportJobWaiter(this, 'Waiter', {
      jobIdentifier: resource.getAttString('jobArn' satisfies ImportedModelAttribute),
      timeout: props.timeout,
      pollInterval: props.pollInterval,
      smokeTest: props.smokeTest,
      provider,
    });
  }

  private setRemovalPolicy(policy?: RemovalPolicy): void {
    if (policy) {
      this.applyRemovalPolicy(policy);
      return;
    }
    // Without one CloudFormation deletes, and an aspect for missing policies sees that there is none.
    const { cfnOptions } = this.node.defaultChild as CfnResource;
    cfnOptions.deletionPolicy = undefined;
    cfnOptions.updateReplacePolicy = undefined;
  }
}
