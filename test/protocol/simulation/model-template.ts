import { LINK } from '../../../lib/private/contract/links';
import type { ImportedModelProperties, OnTheWire } from '../../../lib/private/contract/protocol';
import { KEY } from '../../support/iam';
import type { Provider } from './provider';

/** What the template says of an imported model. */
export interface Template {
  /** The prefix of the weights. */
  readonly source: string;
  readonly policy?: RemovalPolicy;
  readonly importedModelName?: string;
  readonly triggers?: Readonly<Record<string, string>>;
  readonly adopt?: string;
  readonly tags?: { readonly key: string; readonly value: string }[];
  /** `waitForCompletion`: whether another resource waits for the job, and fails with it. Absent: true. */
  readonly waits?: boolean;
  readonly startTimeoutSeconds?: number;
  readonly pollIntervalSeconds?: number;
}

/** The removal policies of the CDK. */
export type RemovalPolicy = 'DESTROY' | 'RETAIN' | 'RETAIN_ON_UPDATE_OR_DELETE';

export const ROLE = 'arn:aws:iam::000000000000:role/import';

export const POLL_SECONDS = 10;

/** Whether two templates import the same. */
export function definesTheSame(one: Template, other: Template): boolean {
  const definitionOf = ({ source, importedModelName, triggers }: Template): string =>
    JSON.stringify([source, importedModelName, triggers]);
  return definitionOf(one) === definitionOf(other);
}

/** The properties of the resource, as they reach the function. */
export function toProperties(template: Template, provider: Provider): Record<string, unknown> {
  const { source, importedModelName, triggers, adopt, tags } = template;
  const { startTimeoutSeconds = LINK.maxSeconds, pollIntervalSeconds = POLL_SECONDS } = template;
  const properties: OnTheWire<ImportedModelProperties> = {
    stateMachineArn: provider.stateMachineArn,
    modelFunctionArn: provider.modelArn,
    tableName: provider.tableName,
    definition: {
      importedModelName,
      roleArn: ROLE,
      s3Uri: `s3://weights/${source}/`,
      kmsKeyArn: KEY,
      triggers,
    },
    adopt,
    tags,
    preflight: 'false',
    startTimeoutSeconds: String(startTimeoutSeconds),
    deadlineSeconds: String(LINK.maxSeconds),
    pollIntervalSeconds: String(pollIntervalSeconds),
  };
  return JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
}
