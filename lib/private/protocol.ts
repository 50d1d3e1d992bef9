/**
 * What the constructs and their functions say to each other: resource types, properties and
 * attributes. Imports nothing, so that both sides can use it.
 */

/** The type of a link of a wait, as CloudFormation shows it. */
export type WaiterResourceType = 'Custom::BedrockModelImportJobWaiter';

/** The properties of one link of a wait. */
export interface WaiterProperties {
  /** ARN of the state machine that polls. */
  readonly stateMachineArn: string;
  /** ARN or name of the job. */
  readonly jobIdentifier: string;
  /** Seconds that this link waits at most. */
  readonly timeoutSeconds: number;
  /** Seconds that the links before this one waited. */
  readonly waitedSeconds: number;
  /** Seconds between two polls. */
  readonly pollIntervalSeconds: number;
  /** Whether a link follows that goes on when this one's time is up. */
  readonly continues: boolean;
}

/**
 * The attributes of a wait: the fields of the `GetModelImportJob` response, under the same names.
 * Nested fields are flat keys with dots, lists are joined with commas.
 *
 * `encryptionResourceArn` is computed: the customer managed key, or the model when there is none. It lets
 * a policy that is written before either is known always name a resource.
 */
export type WaiterAttribute =
  | 'jobArn'
  | 'jobName'
  | 'importedModelName'
  | 'importedModelArn'
  | 'roleArn'
  | 'modelDataSource.s3DataSource.s3Uri'
  | 'status'
  | 'failureMessage'
  | 'creationTime'
  | 'lastModifiedTime'
  | 'endTime'
  | 'vpcConfig.subnetIds'
  | 'vpcConfig.securityGroupIds'
  | 'importedModelKmsKeyArn'
  | 'encryptionResourceArn';

/** Properties as a function receives them: CloudFormation turns numbers and booleans into strings. */
export type OnTheWire<T> = { readonly [K in keyof T]: string };
