import { Resource, type IResource } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { grantDecrypt, grantDecryptOn } from './private/model/grant-decrypt';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { writeParameter } from './private/model/model-parameter';
import { warnUnlessGranted } from './private/model/ungranted';
import { isLiteral } from './private/validation';

/**
 * A model that was imported into Amazon Bedrock.
 *
 * It is an `IModel` of `aws-cdk-lib/aws-bedrock`, and can be passed wherever one is accepted. It also has the shape of an
 * `IBedrockInvokable` of `@aws-cdk/aws-bedrock-alpha`, which is sufficient in TypeScript, JavaScript and Python, but not
 * in Java, .NET and Go.
 *
 * `env` is the account and Region of the model, which may differ from those of the stack.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
export interface IImportedModel extends IResource, bedrock.IModel {
  /**
   * The ARN of the model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   */
  readonly importedModelArn: string;

  /**
   * The name of the model.
   */
  readonly importedModelName: string;

  /**
   * The ARN of the customer managed key that encrypts the model. Empty when it is encrypted under a key
   * that AWS owns.
   */
  readonly importedModelKmsKeyArn: string;

  /**
   * The customer managed key that encrypts the model, if it is known at synthesis.
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The ARN of the model, as `IBedrockInvokable` of `@aws-cdk/aws-bedrock-alpha` calls it.
   */
  readonly invokableArn: string;

  /**
   * The permissions on the model, including `grantInvoke` and `grantRead`.
   */
  readonly grants: ImportedModelGrants;

  /**
   * Allows the grantee to invoke the model, with and without a response stream.
   *
   * The Converse API requires the same permissions; `instructSupported` tells whether a model supports it. For a model
   * under a customer managed key, the grant also allows `kms:Decrypt` on the key, through Amazon Bedrock only.
   *
   * @param grantee who may invoke the model
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows the grantee to describe the model, and the job that imported it if that is known.
   *
   * @param grantee who may describe the model
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Creates an SSM parameter with the ARN of the model, for other stacks.
   *
   * Other stacks read it with `ImportedModel.fromParameterName` each time they are deployed. A re-import changes the ARN,
   * which a reference between stacks does not survive. A second call with the same name returns the same parameter.
   * Throws an error for an `ImportedModel` with `waitForCompletion: false`.
   *
   * @param parameterName the name of the parameter, known at synthesis: `/models/llama`
   */
  publishArn(parameterName: string): ssm.StringParameter;

  /**
   * A metric of the model's invocations, in the namespace `AWS/Bedrock`.
   *
   * We assume that the dimension `ModelId` has the ARN of the model as its value; AWS does not document it.
   *
   * @param metricName the name of the metric
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that succeeded.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The time from a request to the last token of its response, in milliseconds.
   *
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed with a client error.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricInvocationClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed with a server error.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricInvocationServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that were throttled.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricInvocationThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the requests.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the responses.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Attributes of a model that was imported elsewhere.
 */
export interface ImportedModelAttributes {
  /**
   * The ARN of the model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   */
  readonly importedModelArn: string;

  /**
   * The name of the model.
   *
   * @default - Not known: reading `importedModelName` throws an error.
   */
  readonly importedModelName?: string;

  /**
   * The customer managed key that encrypts the model: a key in the model's Region, not an alias.
   *
   * @default - A key that AWS owns encrypts the model.
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The ARN of the job that imported the model, for `grantRead`.
   *
   * @default - Not known: `grantRead` covers only the model.
   */
  readonly jobArn?: string;
}

/**
 * The base of all imported models: grants, metrics, and the parameter for other stacks.
 *
 * Extend it to implement another kind of imported model, with the abstract properties.
 */
export abstract class ImportedModelBase extends Resource implements IImportedModel {
  /**
   * The ARN of the model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   */
  public abstract readonly importedModelArn: string;

  /**
   * The name of the model.
   */
  public abstract readonly importedModelName: string;

  /**
   * The ARN of the customer managed key that encrypts the model. Empty when it is encrypted under a key
   * that AWS owns.
   */
  public abstract readonly importedModelKmsKeyArn: string;

  /**
   * The customer managed key that encrypts the model, if it is known at synthesis.
   */
  public abstract readonly kmsKey?: kms.IKey;

  /**
   * What the grants need beyond the public attributes.
   *
   * @internal
   */
  public get _context(): ImportedModelContext {
    return {};
  }

  /**
   * The ARN of the model, as `IModel` of `aws-cdk-lib/aws-bedrock` calls it.
   */
  public get modelArn(): string {
    return this.importedModelArn;
  }

  /**
   * The ARN of the model, as `IBedrockInvokable` of `@aws-cdk/aws-bedrock-alpha` calls it.
   */
  public get invokableArn(): string {
    return this.importedModelArn;
  }

  /**
   * The permissions on the model, including `grantInvoke` and `grantRead`.
   */
  public get grants(): ImportedModelGrants {
    return ImportedModelGrants.fromImportedModel(this);
  }

  /**
   * Allows the grantee to invoke the model, with and without a response stream.
   *
   * The Converse API requires the same permissions; `instructSupported` tells whether a model supports it. For a model
   * under a customer managed key, the grant also allows `kms:Decrypt` on the key, through Amazon Bedrock only.
   * See `ImportedModelGrants.invoke`.
   *
   * @param grantee who may invoke the model
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.grants.invoke(grantee);
  }

  /**
   * Allows the grantee to describe the model, and the job that imported it if that is known.
   *
   * @param grantee who may describe the model
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grants.read(grantee);
  }

  /**
   * Creates an SSM parameter with the ARN of the model, for other stacks.
   *
   * Other stacks read it with `ImportedModel.fromParameterName` each time they are deployed. A re-import changes the ARN,
   * which a reference between stacks does not survive. A second call with the same name returns the same parameter.
   * Throws an error for an `ImportedModel` with `waitForCompletion: false`.
   *
   * @param parameterName the name of the parameter, known at synthesis: `/models/llama`
   */
  public publishArn(parameterName: string): ssm.StringParameter {
    return writeParameter(this, parameterName, this.importedModelArn);
  }

  /**
   * A metric of the model's invocations, in the namespace `AWS/Bedrock`.
   *
   * We assume that the dimension `ModelId` has the ARN of the model as its value; AWS does not document it.
   *
   * @param metricName the name of the metric
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const known = (value: string): string | undefined => (isLiteral(value) ? value : undefined);
    return new cloudwatch.Metric({
      namespace: 'AWS/Bedrock',
      metricName,
      dimensionsMap: { ModelId: this.importedModelArn },
      region: known(this.env.region),
      account: known(this.env.account),
      ...props,
    }).attachTo(this);
  }

  /**
   * The number of invocations that succeeded.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('Invocations', props);
  }

  /**
   * The time from a request to the last token of its response, in milliseconds.
   *
   * @param props statistic, period and label
   * @default - Average over 5 minutes.
   */
  public metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationLatency', props);
  }

  /**
   * The number of invocations that failed with a client error.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricInvocationClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationClientErrors', props);
  }

  /**
   * The number of invocations that failed with a server error.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricInvocationServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationServerErrors', props);
  }

  /**
   * The number of invocations that were throttled.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricInvocationThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationThrottles', props);
  }

  /**
   * The number of tokens in the requests.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InputTokenCount', props);
  }

  /**
   * The number of tokens in the responses.
   *
   * @param props statistic, period and label
   * @default - Sum over 5 minutes.
   */
  public metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('OutputTokenCount', props);
  }

  private count(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(metricName, { statistic: cloudwatch.Stats.SUM, ...props });
  }
}

/**
 * The permissions on an imported model: `model.grants.invoke(fn)` is `model.grantInvoke(fn)`.
 *
 * They are added to the policies of the grantee, because an imported model has no resource policy. A grant to a grantee
 * that takes no policies, or that is in another account than the model, has no effect, and adds a warning.
 */
export class ImportedModelGrants {
  /**
   * Returns the permissions on a model.
   *
   * @param model the model
   */
  public static fromImportedModel(model: IImportedModel): ImportedModelGrants {
    const context = (model as { readonly _context?: ImportedModelContext })._context;
    return new ImportedModelGrants(model, context ?? {});
  }

  private constructor(
    private readonly model: IImportedModel,
    private readonly context: ImportedModelContext,
  ) {}

  /**
   * Allows the grantee the given actions on the model.
   *
   * @param grantee who gets the permissions
   * @param actions the actions, such as `bedrock:GetImportedModel`
   */
  public actions(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    return this.grant(grantee, actions, this.model.importedModelArn);
  }

  /**
   * Allows the grantee to invoke the model, with and without a response stream.
   *
   * The Converse API requires the same permissions; `instructSupported` tells whether a model supports it.
   *
   * For a model under a customer managed key, the grant also allows `kms:Decrypt` on the key, through Amazon Bedrock
   * only. AWS's guide does not list what a caller needs on the key: that this is sufficient is our inference.
   *
   * If the key is known only after the import, the policy refers to an attribute: the key, or the model itself if AWS
   * owns the key, because a statement without a resource would fail the deployment. `kms:Decrypt` on a model has no
   * effect.
   *
   * @param grantee who may invoke the model
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    const invoke = this.actions(grantee, 'bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream');
    const decrypt = this.decrypt(grantee);
    // A principal that may decrypt but not invoke cannot use the model: then the grant as a whole has failed.
    return decrypt && invoke.success ? invoke.combine(decrypt) : invoke;
  }

  /**
   * Allows the grantee to describe the model, and the job that imported it if that is known.
   *
   * @param grantee who may describe the model
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    const model = this.actions(grantee, 'bedrock:GetImportedModel');
    const { jobArn } = this.context;
    return jobArn ? model.combine(this.grant(grantee, ['bedrock:GetModelImportJob'], jobArn)) : model;
  }

  private grant(grantee: iam.IGrantable, actions: string[], resourceArn: string): iam.Grant {
    const grant = iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [resourceArn] });
    warnUnlessGranted(this.model, grantee, grant);
    return grant;
  }

  private decrypt(grantee: iam.IGrantable): iam.Grant | undefined {
    const { kmsKey, env } = this.model;
    if (kmsKey) {
      // The Region must not come from the model's ARN: a key whose policy refers to the model would depend on it, and
      // the model depends on the key.
      return grantDecrypt(grantee, kmsKey);
    }
    const { encryptionResourceArn } = this.context;
    return encryptionResourceArn ? grantDecryptOn(grantee, encryptionResourceArn, env.region) : undefined;
  }
}
