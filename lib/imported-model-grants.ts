import * as iam from 'aws-cdk-lib/aws-iam';
import type { IImportedModel } from './imported-model-base';
import { grantDecrypt, grantDecryptOn } from './private/model/grant-decrypt';
import type { ImportedModelContext } from './private/model/imported-model-context';
import { warnUnlessGranted } from './private/model/ungranted';

/**
 * The permissions on an imported model: `model.grants.invoke(fn)` is `model.grantInvoke(fn)`.
 *
 * They are attached to the grantee, because an imported model has no resource policy. A grantee that takes no
 * policies, or that is of another account than the model, is granted nothing: a warning says so.
 */
export class ImportedModelGrants {
  /**
   * The permissions on a model.
   *
   * @param model the model, whoever imported it
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
   * Allows any actions on the model.
   *
   * @param grantee who is allowed
   * @param actions the actions, such as `bedrock:GetImportedModel`
   */
  public actions(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    return this.grant(grantee, actions, this.model.importedModelArn);
  }

  /**
   * Allows to invoke the model, with and without a response stream.
   *
   * The Converse API asks for the same permissions; `instructSupported` tells whether a model supports it.
   *
   * Under a customer managed key it also allows `kms:Decrypt` on that key, through Amazon Bedrock only.
   * That this is what Bedrock asks of a caller is inferred from its guide, which does not say it.
   *
   * When the key is only known once the import has ended, the policy names what the import turns out to
   * have: the key, or the model itself when AWS owns the key, because a statement with no resource would
   * fail the deployment. `kms:Decrypt` on a model allows nothing.
   *
   * @param grantee who may invoke the model
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    const invoke = this.actions(grantee, 'bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream');
    const decrypt = this.decrypt(grantee);
    // Whoever may decrypt but not invoke may not use the model: the grant as a whole has failed then.
    return decrypt && invoke.success ? invoke.combine(decrypt) : invoke;
  }

  /**
   * Allows to describe the model, and the job that imported it where that is known.
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
      // The model's own ARN must not tell the Region: a key that asks for it in its policy would wait for the
      // model, which waits for the key.
      return grantDecrypt(grantee, kmsKey);
    }
    const { encryptionResourceArn } = this.context;
    return encryptionResourceArn ? grantDecryptOn(grantee, encryptionResourceArn, env.region) : undefined;
  }
}
