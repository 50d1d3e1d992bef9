import { Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImportedModelBase, type ImportedModelAttributes } from '../../imported-model-base';
import type { ImportedModelContext } from './imported-model-context';
import { isLiteral, validateNoAlias, validateText } from '../validation';

/** The pattern that the service documents, for all partitions. */
const MODEL_ARN = /^arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:imported-model\/[a-z0-9]{12}$/;

/** A model that was imported elsewhere. */
export class ImportedModelReference extends ImportedModelBase {
  public readonly importedModelArn: string;
  public readonly importedModelKmsKeyArn: string;
  public readonly encryptionKey?: kms.IKey;
  protected readonly _context: ImportedModelContext;
  private readonly name?: string;

  constructor(scope: Construct, id: string, props: ImportedModelAttributes) {
    const { importedModelArn, importedModelName, encryptionKey, jobArn } = props;
    validateText('importedModelArn', importedModelArn, (arn) =>
      MODEL_ARN.test(arn) ? undefined : 'must be the ARN of an imported model',
    );
    validateNoAlias('encryptionKey', encryptionKey);
    // An ARN that a lookup or CloudFormation is still to bring cannot be taken apart.
    const hasParts = Token.isUnresolved(importedModelArn) || isLiteral(importedModelArn);
    super(scope, id, { environmentFromArn: hasParts ? importedModelArn : undefined });
    this.importedModelArn = importedModelArn;
    this.importedModelKmsKeyArn = encryptionKey?.keyArn ?? '';
    this.encryptionKey = encryptionKey;
    this.name = importedModelName;
    this._context = { jobArn };
  }

  public get importedModelName(): string {
    if (this.name === undefined) {
      throw new Error(
        `The name of the imported model ${this.importedModelArn} is not known: pass 'importedModelName' to 'fromImportedModelAttributes'`,
      );
    }
    return this.name;
  }
}
