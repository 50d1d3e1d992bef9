import { Aws, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImportedModelBase, type ImportedModelAttributes } from '../../imported-model-base';
import type { ImportedModelContext } from './imported-model-context';
import {
  isLiteral,
  ValidationError,
  validateFor,
  validateKey,
  validateRegion,
  validateText,
} from '../validation';

/** The pattern that the service documents, for all partitions. */
const MODEL_ARN = /^arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:imported-model\/[a-z0-9]{12}$/;

function regionOfModel(arn: string): string {
  return isLiteral(arn) ? arn.split(':')[3] : Aws.REGION;
}

/** A model that was imported elsewhere. */
export class ImportedModelReference extends ImportedModelBase {
  public readonly importedModelArn: string;
  public readonly importedModelKmsKeyArn: string;
  public readonly kmsKey?: kms.IKey;
  private readonly name?: string;
  private readonly jobArn?: string;

  constructor(scope: Construct, id: string, props: ImportedModelAttributes) {
    const { importedModelArn, importedModelName, kmsKey, jobArn } = props;
    validateFor(scope, id, () => {
      validateText('importedModelArn', importedModelArn, (arn) =>
        MODEL_ARN.test(arn) ? undefined : 'must be the ARN of an imported model',
      );
      validateKey('kmsKey', kmsKey);
      validateRegion('kmsKey', kmsKey, regionOfModel(importedModelArn), 'model');
    });
    // An ARN that a lookup or CloudFormation is still to bring cannot be taken apart.
    const hasParts = Token.isUnresolved(importedModelArn) || isLiteral(importedModelArn);
    super(scope, id, { environmentFromArn: hasParts ? importedModelArn : undefined });
    this.importedModelArn = importedModelArn;
    this.importedModelKmsKeyArn = kmsKey?.keyArn ?? '';
    this.kmsKey = kmsKey;
    this.name = importedModelName;
    this.jobArn = jobArn;
  }

  public override get _context(): ImportedModelContext {
    return { jobArn: this.jobArn };
  }

  public get importedModelName(): string {
    if (this.name === undefined) {
      throw new ValidationError(
        `The name of the imported model ${this.importedModelArn} is not known: pass 'importedModelName' to 'fromImportedModelAttributes'`,
        this.node.path,
      );
    }
    return this.name;
  }
}
