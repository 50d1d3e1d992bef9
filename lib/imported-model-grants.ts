import * as iam from 'aws-cdk-lib/aws-iam';
import type { IImportedModel } from './imported-model-base';
import { grantDecrypt, grantDecryptOn } from './private/model/grant-decrypt';
import type { ImportedModelContext } from './private/model/imported-model-context';

/**
 * The permissions on an imported model: `model.grants.invoke(fn)` is `model.grantInvoke(fn)`.
 */
export class ImportedModelGrants {
  /** @internal */
  public static _of(model: IImportedModel, context: ImportedModelContext): ImportedModelGrants {
    return new ImportedModelGrants(model, context);
  }

  private constructor(
    private readonly model: IImportedModel,
    private readonly context: ImportedModelContext,
  ) {}

  /**
   * Allows to invoke the model, with and without a response stream.
   *
   * The Converse API asks for the same permissions; whether a model speaks it is for the model.
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
    const invoke = iam.Grant.addToPrincipal({
      grantee,
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      resourceArns: [this.model.importedModelArn],
    });
    const decrypt = this.decrypt(grantee);
    return decrypt ? invoke.combine(decrypt) : invoke;
  }

  /**
   * Allows to describe the model, and the job that imported it where that is known.
   *
   * @param grantee who may describe the model
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    const model = iam.Grant.addToPrincipal({
      grantee,
      actions: ['bedrock:GetImportedModel'],
      resourceArns: [this.model.importedModelArn],
    });
    const { jobArn } = this.context;
    if (!jobArn) {
      return model;
    }
    const actions = ['bedrock:GetModelImportJob'];
    return model.combine(iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [jobArn] }));
  }

  private decrypt(grantee: iam.IGrantable): iam.Grant | undefined {
    const { encryptionKey, env } = this.model;
    if (encryptionKey) {
      // The model's own ARN must not tell the Region: a key that asks for it in its policy would wait for the
      // model, which waits for the key.
      return grantDecrypt(grantee, encryptionKey);
    }
    const { encryptionResourceArn } = this.context;
    return encryptionResourceArn ? grantDecryptOn(grantee, encryptionResourceArn, env.region) : undefined;
  }
}
