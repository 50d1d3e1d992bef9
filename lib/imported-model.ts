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
import type { ImportedModelProps } from './imported-model-props';
import { ModelImportJobWaiter } from './model-import-job-waiter';
import type { ModelImportProvider } from './model-import-provider';
import { LINK } from './private/contract/links';
import { warnOfCrossStackUse } from './private/model/cross-stack';
import { ImportRole } from './private/model/import-role';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { validateImportedModel, warnOfSource } from './private/model/validate-imported-model';
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

const RESOURCE_TYPE: ImportedModelResourceType = 'Custom::BedrockImportedModel';

/**
 * Options of `ImportedModel.fromParameterName`.
 */
export interface ImportedModelParameterOptions {
  /**
   * The customer managed key that encrypts the model, so that `grantInvoke` allows callers to decrypt.
   *
   * @default - A key that AWS owns encrypts the model.
   */
  readonly kmsKey?: kms.IKey;
}

/**
 * A model that the stack imports into Amazon Bedrock, and owns.
 *
 * The deployment starts an import job, waits for its end, and exposes the model. Deleting the construct deletes the
 * model. If its import job is still running, the deletion waits for the end, because a job cannot be stopped.
 *
 * A change of the source, the name, the key or the triggers re-imports the model. The old model is deleted once the
 * stack uses the new one; until then both count toward the quota of imported models. If the import fails, the stack
 * goes back to the old model. A changed role or network is used by the next import. For CloudFormation, a construct
 * with another ID or path is another model: see `adopt` for renaming and moving.
 *
 * `node.addDependency(model)` waits for the end of the import, `cfnResource.addDependency(model.node.defaultChild)`
 * only for its start.
 *
 * Bedrock runs one import job at a time in an account and Region. The models of a provider are imported one after
 * another, in the order in which the app creates them: create a model after those that it depends on. The imports of
 * stacks that are deployed at the same time wait for each other; a dependency between the stacks orders them.
 *
 * Tags of the construct and of its stack become tags of the job and the model, and change in place.
 *
 * To use the ARN in another stack, call `publishArn` and `fromParameterName`. A reference between stacks does not
 * survive a re-import: see "Sharing a model across stacks" in the docs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
export class ImportedModel extends ImportedModelBase implements ITaggable, ec2.IConnectable {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ImportedModel';

  /**
   * References a model that was imported elsewhere, by its ARN.
   *
   * For a model under a customer managed key, use `fromImportedModelAttributes`. Throws an error if the ARN is not that
   * of an imported model.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param importedModelArn the ARN: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`
   */
  public static fromImportedModelArn(scope: Construct, id: string, importedModelArn: string): IImportedModel {
    return ImportedModel.fromImportedModelAttributes(scope, id, { importedModelArn });
  }

  /**
   * References a model that was imported elsewhere, by its attributes.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param attrs the ARN and other attributes of the model
   */
  public static fromImportedModelAttributes(
    scope: Construct,
    id: string,
    attrs: ImportedModelAttributes,
  ): IImportedModel {
    // eslint-disable-next-line cdk/require-passing-this, cdk/no-variable-construct-id -- the caller chooses both
    return new ImportedModelReference(scope, id, attrs);
  }

  /**
   * References a model of another stack, by the SSM parameter that `publishArn` creates there.
   *
   * CloudFormation reads the parameter each time it deploys the scope's stack, in the account and Region of that stack.
   * If the same app publishes it, the stack that publishes is deployed first. Throws an error in the stack that
   * publishes.
   *
   * @param scope the scope of the reference
   * @param id the ID of the reference
   * @param parameterName the name of the parameter: `/models/llama`
   * @param options other attributes of the model
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
   * The tags of the import job and the model: at most 48, with keys of up to 128 and values of up to 256 letters,
   * digits, spaces and `._:/=+@-`.
   *
   * The library adds two tags, of the 50 that a resource can have. `Tags.of(model).remove('key')` keeps a tag of the app
   * or the stack off the model.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tagging.html
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
   * The ARN of the import role. Empty when Bedrock omits it.
   */
  public readonly roleArn: string;

  /**
   * The URI of the weights: `s3://bucket/prefix/`. Empty when Bedrock omits it.
   */
  public readonly modelDataSourceS3Uri: string;

  /**
   * The IDs of the job's subnets.
   *
   * Without a VPC, a list of one empty string, because CloudFormation splits an empty string into that.
   */
  public readonly vpcSubnetIds: string[];

  /**
   * The IDs of the job's security groups.
   *
   * Without a VPC, a list of one empty string, because CloudFormation splits an empty string into that.
   */
  public readonly vpcSecurityGroupIds: string[];

  /**
   * The import role, which Amazon Bedrock assumes to read the weights.
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
   * The network connections of the import job, for rules of its security groups.
   *
   * Throws an error without `vpc`.
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
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get importedModelArn(): string {
    return this.imported('importedModelArn');
  }

  /**
   * The status of the job when the wait ended: `Completed`.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get status(): string {
    return this.imported('status');
  }

  /**
   * When the job was created, in ISO 8601 and UTC: `2026-01-31T12:00:00.000Z`. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get creationTime(): string {
    return this.imported('creationTime');
  }

  /**
   * When the job was last modified, in ISO 8601 and UTC. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get lastModifiedTime(): string {
    return this.imported('lastModifiedTime');
  }

  /**
   * When the job ended, in ISO 8601 and UTC. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get endTime(): string {
    return this.imported('endTime');
  }

  /**
   * The ARN of the customer managed key that encrypts the imported model. Empty when it is encrypted
   * under a key that AWS owns.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get importedModelKmsKeyArn(): string {
    return this.imported('importedModelKmsKeyArn');
  }

  /**
   * The architecture of the imported model: `llama`. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get modelArchitecture(): string {
    return this.imported('modelArchitecture');
  }

  /**
   * Whether the model supports the Converse API: `true` or `false`. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get instructSupported(): string {
    return this.imported('instructSupported');
  }

  /**
   * The number of custom model units that each copy of the model is billed for. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
   */
  public get customModelUnitsPerModelCopy(): string {
    return this.imported('customModelUnitsPerModelCopy');
  }

  /**
   * The version of the custom model units that the model is billed in: `v1.0`. Empty when Bedrock omits it.
   *
   * Throws an error if `waitForCompletion` is `false`.
   */
  public get customModelUnitsVersion(): string {
    return this.imported('customModelUnitsVersion');
  }

  /** An attribute that is known only after the import. */
  private imported<Name extends keyof ModelImportJobWaiter>(name: Name): ModelImportJobWaiter[Name] {
    if (!this.waiter) {
      throw new ValidationError(
        `'${name}' of ${this.node.path} is known only after the import, which 'waitForCompletion: false' does not wait for`,
        this.node.path,
      );
    }
    return this.waiter[name];
  }

  /** Creates the custom resource that starts the job and owns the model. */
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
      weights: preflight ? props.source : undefined,
    });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken: provider.serviceToken,
      // A Delete may take that long: a running job has to end first.
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
        usesChatTemplate: (preflight && props.smokeTest?._usesChatTemplate) || undefined,
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

  /** Creates the waiter for the end of the job. */
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
    // Without a policy CloudFormation deletes, and an aspect for missing policies can see that there is none.
    const { cfnOptions } = this.node.defaultChild as CfnResource;
    cfnOptions.deletionPolicy = undefined;
    cfnOptions.updateReplacePolicy = undefined;
  }
}
