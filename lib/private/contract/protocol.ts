/**
 * What the constructs and their functions say to each other: resource types, properties and
 * attributes. Imports nothing, so that both sides can use it.
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
  /** Seconds from a request until its answer has to be decided: the timeout and the time of the first call. */
  readonly deadlineSeconds: number;
  /** Seconds between two polls. */
  readonly pollIntervalSeconds: number;
  /** Whether a link follows that continues when this one's time is up. */
  readonly continues: boolean;
  /** When the first link of the wait began, in ISO 8601: an attribute of the link before. Absent in the first. */
  readonly waitingSince?: string;
  /** Where to look for a job name. Absent or empty: the stack's Region. */
  readonly region?: string;
  /** ARN of the role to assume for all calls to Bedrock. Absent: the function's own role. */
  readonly assumedRoleArn?: string;
  /** The external ID that the role requires. */
  readonly externalId?: string;
  /** ARN of the key that the model must be encrypted under. */
  readonly expectedKmsKeyArn?: string;
  /** Where the weights must have been. */
  readonly expectedModelDataSourceS3Uri?: string;
  /** The test request that the model must answer before the wait ends. Only the last link has it. */
  readonly smokeTest?: SmokeTestProperties;
}

/** The one attribute of a link that another one follows: when the first link of the wait began. */
export type LinkAttribute = 'waitingSince';

/** A test request to a model, as one of the operations of `bedrock-runtime` takes it. */
export type SmokeTestProperties =
  | {
      readonly operation: 'InvokeModel';
      readonly body: string;
      readonly contentType?: string;
      readonly accept?: string;
    }
  | { readonly operation: 'Converse'; readonly prompt: string };

/**
 * The attributes of a wait: the fields of the `GetModelImportJob` response, under the same names.
 * Nested fields are flat keys with dots, lists are joined with commas. Those of the model come in addition.
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

/** The type of a model of its own, as CloudFormation shows it. */
export type ImportedModelResourceType = 'Custom::BedrockImportedModel';

/**
 * What a model is imported from, and how. A change of it is a new import, but for how its weights are read:
 * a change of the role or the network.
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

/** The properties of a model of its own. */
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
  /** What the names of jobs begin with. Absent: the names of the stack and the resource. */
  readonly jobNamePrefix?: string;
  /** The tags of the job and the model. */
  readonly tags?: Tag[];
  /** Whether to check the weights before a job starts. */
  readonly preflight: boolean;
  /** Whether the smoke test calls the model in a way that needs a chat template. Absent: it does not. */
  readonly usesChatTemplate?: boolean;
  /** Seconds that starting the job may take: another one may have to end first. */
  readonly startTimeoutSeconds: number;
  /** Seconds from a request until its answer has to be decided. A Delete may have to wait for the end of a job. */
  readonly deadlineSeconds: number;
  /** Seconds between two polls. */
  readonly pollIntervalSeconds: number;
}

/** The attributes of a model of its own: what is known of a job once it has started. */
export type ImportedModelAttribute = 'jobArn' | 'jobName' | 'importedModelName';

/** Properties as a function receives them: CloudFormation turns numbers and booleans into strings. */
export type OnTheWire<T> = {
  readonly [K in keyof T]: T[K] extends number | boolean | undefined ? string : T[K];
};
