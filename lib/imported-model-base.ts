import { Resource, type IResource } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { ImportedModelGrants } from './imported-model-grants';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { writeParameter } from './private/model/model-parameter';
import { isLiteral } from './private/validation';

/**
 * A model that Amazon Bedrock imported, whoever imported it.
 *
 * It is an `IModel` of `aws-cdk-lib/aws-bedrock`: pass it wherever one is taken. It has the shape of an
 * `IBedrockInvokable` of `@aws-cdk/aws-bedrock-alpha`, which is enough in TypeScript, JavaScript and
 * Python; Java, .NET and Go do not take a shape.
 *
 * Its `env` is the place of the model, which may differ from that of the stack.
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
   * The customer managed key that encrypts the model, where it is known at synthesis.
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The ARN of the model, as `IBedrockInvokable` of `@aws-cdk/aws-bedrock-alpha` calls it.
   */
  readonly invokableArn: string;

  /**
   * The permissions on the model, `grantInvoke` and `grantRead` among them.
   */
  readonly grants: ImportedModelGrants;

  /**
   * Allows to invoke the model, with and without a response stream.
   *
   * The Converse API asks for the same permissions; `instructSupported` tells whether a model supports it.
   *
   * Under a customer managed key it also allows `kms:Decrypt` on that key, through Amazon Bedrock only.
   *
   * @param grantee who may invoke the model
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows to describe the model, and the job that imported it where that is known.
   *
   * @param grantee who may describe the model
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Writes the ARN of the model to an SSM parameter of its stack, for other stacks.
   *
   * They read it with `ImportedModel.fromParameterName`, at each of their deployments. The ARN of a model that is
   * imported again changes, which no reference between stacks survives well.
   *
   * @param parameterName the name of the parameter, known at synthesis: `/models/llama`
   */
  publishArn(parameterName: string): ssm.StringParameter;

  /**
   * A metric of the model's invocations, in the namespace `AWS/Bedrock`.
   *
   * The dimension `ModelId` is taken to hold the ARN of an imported model; AWS does not document it.
   *
   * @param metricName the name of the metric
   * @param props how to look at it
   * @default - Averages over 5 minutes.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many invocations succeeded.
   *
   * @default - Sum over 5 minutes.
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The milliseconds from a request to the last token of its answer.
   *
   * @default - Average over 5 minutes.
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many invocations failed by a fault of the caller.
   *
   * @default - Sum over 5 minutes.
   */
  metricInvocationClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many invocations failed by a fault of the service.
   *
   * @default - Sum over 5 minutes.
   */
  metricInvocationServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many invocations were throttled.
   *
   * @default - Sum over 5 minutes.
   */
  metricInvocationThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many tokens the requests held.
   *
   * @default - Sum over 5 minutes.
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many tokens the answers held.
   *
   * @default - Sum over 5 minutes.
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * What describes a model that was imported elsewhere.
 */
export interface ImportedModelAttributes {
  /**
   * The ARN of the model: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`.
   */
  readonly importedModelArn: string;

  /**
   * The name of the model.
   *
   * @default - Not known: reading `importedModelName` throws.
   */
  readonly importedModelName?: string;

  /**
   * The customer managed key that encrypts the model.
   *
   * @default - The model is taken to be encrypted under a key that AWS owns.
   */
  readonly kmsKey?: kms.IKey;

  /**
   * The ARN of the job that imported the model, for `grantRead`.
   *
   * @default - Not known: `grantRead` covers the model only.
   */
  readonly jobArn?: string;
}

/**
 * What all imported models have in common: their grants, their metrics, and how other stacks learn their ARN.
 *
 * Extend it for a model of your own kind: give it the abstract properties.
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
   * The customer managed key that encrypts the model, where it is known at synthesis.
   */
  public abstract readonly kmsKey?: kms.IKey;

  /**
   * What the grants need to know beyond the public attributes.
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
   * The permissions on the model, `grantInvoke` and `grantRead` among them.
   */
  public get grants(): ImportedModelGrants {
    return ImportedModelGrants.fromImportedModel(this);
  }

  /**
   * Allows to invoke the model, with and without a response stream.
   *
   * The Converse API asks for the same permissions; `instructSupported` tells whether a model supports it.
   *
   * Under a customer managed key it also allows `kms:Decrypt` on that key, through Amazon Bedrock only.
   * `ImportedModelGrants.invoke` tells more.
   *
   * @param grantee who may invoke the model
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.grants.invoke(grantee);
  }

  /**
   * Allows to describe the model, and the job that imported it where that is known.
   *
   * @param grantee who may describe the model
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grants.read(grantee);
  }

  /**
   * Writes the ARN of the model to an SSM parameter of its stack, for other stacks.
   *
   * They read it with `ImportedModel.fromParameterName`, at each of their deployments. The ARN of a model that is
   * imported again changes, which no reference between stacks survives well.
   *
   * @param parameterName the name of the parameter, known at synthesis: `/models/llama`
   */
  public publishArn(parameterName: string): ssm.StringParameter {
    return writeParameter(this, parameterName, this.importedModelArn);
  }

  /**
   * A metric of the model's invocations, in the namespace `AWS/Bedrock`.
   *
   * The dimension `ModelId` is taken to hold the ARN of an imported model; AWS does not document it.
   *
   * @param metricName the name of the metric
   * @param props how to look at it
   * @default - Averages over 5 minutes.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const known = (place: string): string | undefined => (isLiteral(place) ? place : undefined);
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
   * How many invocations succeeded.
   *
   * @default - Sum over 5 minutes.
   */
  public metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('Invocations', props);
  }

  /**
   * The milliseconds from a request to the last token of its answer.
   *
   * @default - Average over 5 minutes.
   */
  public metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationLatency', props);
  }

  /**
   * How many invocations failed by a fault of the caller.
   *
   * @default - Sum over 5 minutes.
   */
  public metricInvocationClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationClientErrors', props);
  }

  /**
   * How many invocations failed by a fault of the service.
   *
   * @default - Sum over 5 minutes.
   */
  public metricInvocationServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationServerErrors', props);
  }

  /**
   * How many invocations were throttled.
   *
   * @default - Sum over 5 minutes.
   */
  public metricInvocationThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InvocationThrottles', props);
  }

  /**
   * How many tokens the requests held.
   *
   * @default - Sum over 5 minutes.
   */
  public metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('InputTokenCount', props);
  }

  /**
   * How many tokens the answers held.
   *
   * @default - Sum over 5 minutes.
   */
  public metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.count('OutputTokenCount', props);
  }

  private count(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(metricName, { statistic: cloudwatch.Stats.SUM, ...props });
  }
}
