import { Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImportedModelBase, type ImportedModelAttributes } from '../imported-model-base';
import type { ImportedModelContext } from './imported-model-context';
import { validateNoAlias, validateText } from './validation';

/** The pattern that the service documents, for all partitions. */
const MODEL_ARN =
  /^arn:aws(?:-[^:]+)?:bedrock:(?<region>[a-z0-9-]{1,20}):(?<account>[0-9]{12}):imported-model\/[a-z0-9]{12}$/;

/** A model that was imported elsewhere. */
export class ImportedModelReference extends ImportedModelBase {
  public readonly importedModelArn: string;
  public readonly importedModelKmsKeyArn: string;
  public readonly encryptionKey?: kms.IKey;
  protected readonly _context: ImportedModelContext;
  private readonly name?: string;

  constructor(scope: Construct, id: string, props: ImportedModelAttributes) {
    super(scope, id);
    validateText('importedModelArn', props.importedModelArn, (arn) =>
      MODEL_ARN.test(arn) ? undefined : 'must be the ARN of an imported model',
    );
    validateNoAlias('encryptionKey', props.encryptionKey);
    const place = Token.isUnresolved(props.importedModelArn)
      ? undefined
      : MODEL_ARN.exec(props.importedModelArn)?.groups;
    this.importedModelArn = props.importedModelArn;
    this.importedModelKmsKeyArn = props.encryptionKey?.keyArn ?? '';
    this.encryptionKey = props.encryptionKey;
    this.name = props.importedModelName;
    this._context = { region: place?.region, account: place?.account, jobArn: props.jobArn };
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
