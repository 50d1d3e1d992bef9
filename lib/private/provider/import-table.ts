import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type * as kms from 'aws-cdk-lib/aws-kms';

interface ImportTableProps {
  /** @default - a key that Amazon DynamoDB owns */
  readonly encryptionKey?: kms.IKey;
}

/**
 * The table that remembers the imports of a stack's models: one item for each. It goes with the stack, after the
 * models; without it nothing is lost but what it takes to roll back without an import.
 */
export class ImportTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, props: ImportTableProps) {
    const { encryptionKey } = props;
    super(scope, id, {
      partitionKey: { name: 'resource', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      encryption: encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : undefined,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
