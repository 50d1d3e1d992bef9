import * as iam from 'aws-cdk-lib/aws-iam';
import type { IImportedModel } from './imported-model-base';
import { grantDecrypt, grantDecryptOn } from './private/model/grant-decrypt';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { warnUnlessGranted } from './private/model/ungranted';

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
