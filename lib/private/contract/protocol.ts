/**
 * What constructs and functions agree on: resource types, properties and attributes. This module imports nothing, so
 * both can share it.
 */

/** The type of a link of a wait, as CloudFormation shows it. */
export type WaiterResourceType = 'Custom::BedrockModelImportJobWaiter';

/** The properties of one link of a wait. */
export interface WaiterProperties {
  /** ARN of the state machine that waits. */
  readonly stateMachineArn: string;
  /** ARN or name of the job. */
  readonly jobIdentifier: string;
  /** Seconds that this link waits at most. */
  readonly timeoutSeconds: number;
  /** Seconds that the links before this one wait at most. */
  readonly earlierSeconds: number;
  /** Seconds from a request to its deadline: the timeout and the time for the first call. */
  readonly deadlineSeconds: number;
  /** Seconds between two polls. */
  readonly pollIntervalSeconds: number;
  /** Whether another link continues the wait when the time of this one is up. */
  readonly continues: boolean;
  /** When the first link of the wait began, in ISO 8601: an attribute of the link before. Absent in the first. */
  readonly waitingSince?: string;
  /** The Region in which to look up a job name. Absent or empty: the stack's Region. */
  readonly region?: string;
  /** ARN of the role to assume for all calls to Bedrock. Absent: the function's own role. */
  readonly assumedRoleArn?: string;
  /** The external ID that the role requires. */
  readonly externalId?: string;
  /** ARN of the key that the model must be encrypted under. */
  readonly expectedKmsKeyArn?: string;
  /** The source from which the model must have been imported. */
  readonly expectedModelDataSourceS3Uri?: string;
  /** The test request to which the model must respond before the wait ends. Only the last link has it. */
  readonly smokeTest?: SmokeTestProperties;
}

/** The only attribute of a link that is not the last: when the first link of the wait began. */
export type LinkAttribute = 'waitingSince';

/** A test request to a model, for one of the operations of `bedrock-runtime`. */
export type SmokeTestProperties =
  | {
      readonly operation: 'InvokeModel';
      readonly body: string;
      readonly contentType?: string;
      readonly accept?: string;
    }
  | { readonly operation: 'Converse'; readonly prompt: string };

/**
 * The attributes of a wait: the fields of the `GetModelImportJob` response, under the same names, and those of the model.
 * Nested fields are flat keys with dots, lists are joined with commas.
 *
 * `encryptionResourceArn` is computed: the customer managed key, or the model if there is none. A policy that is written
 * before either is known can refer to it, and always names a resource.
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
  | 'encryptionResourceArn'
  | ModelAttribute;

/** Fields of the `GetImportedModel` response, under the same names. */
export type ModelAttribute =
  | 'modelArchitecture'
  | 'instructSupported'
  | 'customModelUnits.customModelUnitsPerModelCopy'
  | 'customModelUnits.customModelUnitsVersion';

/** The namespace of the metrics of waits. */
export type WaitMetricNamespace = 'BedrockModelImport';

/** The metrics of waits, all with the one dimension `StackName`. */
export type WaitMetric = 'ImportDuration' | 'AnswerDelay' | 'Polls' | 'Failures';

/** The type of an owned model, as CloudFormation shows it. */
export type ImportedModelResourceType = 'Custom::BedrockImportedModel';

/**
 * What defines a model, and how its weights are read. A change of it re-imports the model, except for a change of the
 * role or the network.
 */
export interface ModelDefinition {
  /** Generated when absent. */
  readonly importedModelName?: string;
  readonly roleArn: string;
  readonly s3Uri: string;
  readonly kmsKeyArn?: string;
  readonly subnetIds?: string[];
  readonly securityGroupIds?: string[];
  readonly triggers?: Readonly<Record<string, string>>;
}

/** A tag, as CDK renders it and as Bedrock takes it. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The properties of an owned model. */
export interface ImportedModelProperties {
  /** ARN of the state machine that calls the model function. */
  readonly stateMachineArn: string;
  /** ARN of the model function. */
  readonly modelFunctionArn: string;
  /** Name of the table that records the imports. */
  readonly tableName: string;
  readonly definition: ModelDefinition;
  /** ARN of the job whose model a Create takes over instead of importing. */
  readonly adopt?: string;
  /** The prefix of the jobs' names. Absent: the names of the stack and the resource. */
  readonly jobNamePrefix?: string;
  /** The tags of the job and the model. */
  readonly tags?: Tag[];
  /** Whether to check the weights before a job starts. */
  readonly preflight: boolean;
  /** Whether the smoke test sends a request that needs a chat template. Absent: it does not. */
  readonly usesChatTemplate?: boolean;
  /** Seconds that the start of the job may take: another job may have to end first. */
  readonly startTimeoutSeconds: number;
  /** Seconds from a request to its deadline. A Delete may have to wait for the end of a job. */
  readonly deadlineSeconds: number;
  /** Seconds between two polls. */
  readonly pollIntervalSeconds: number;
}

/** The attributes of an owned model: what is known of a job once it has started. */
export type ImportedModelAttribute = 'jobArn' | 'jobName' | 'importedModelName';

/** Properties as a function receives them: CloudFormation turns numbers and booleans into strings. */
export type OnTheWire<T> = {
  readonly [K in keyof T]: T[K] extends number | boolean | undefined ? string : T[K];
};
