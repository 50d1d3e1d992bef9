import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { ImportedModelProperties, OnTheWire } from '../../lib/private/contract/protocol';
import type { PollInput, ResourceEvent } from '../shared/engine';
import { ModelImports } from './model-imports';
import { definitionHash, generatedName, ownerOf } from './ownership';
import type { Progress } from './reasons';
import type { LifecycleResult } from './step';

/** All calls of one invocation end within this many milliseconds, before the function's timeout. */
const CALLS_LIMIT_MS = 22_000;

export type Properties = OnTheWire<ImportedModelProperties>;

/** A request, with all that follows from it. */
export interface Context {
  readonly event: ResourceEvent;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  readonly api: ModelImports;
  readonly progress: Progress;
  readonly previous: LifecycleResult;
  /** When the request was made, in milliseconds since the epoch. */
  readonly requestedAt: number;
  /** When it was first served, in milliseconds since the epoch. */
  readonly servedSince: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that are left for the calls of this invocation. */
  readonly remainingMs: () => number;
  readonly owner: string;
  readonly definition: string;
  readonly jobName: string;
  readonly importedModelName: string;
}

export function readContext(
  { event, startedAt, previous }: PollInput,
  client: BedrockClient,
  now: number,
): Context {
  const properties = event.ResourceProperties as unknown as Properties;
  const [, , , region, account] = event.StackId.split(':');
  const requestedAt = Date.parse(startedAt);
  const remembered = previous as LifecycleResult;
  const callsEndAt = performance.now() + CALLS_LIMIT_MS;
  return {
    event,
    properties,
    oldProperties: event.OldResourceProperties as Properties | undefined,
    api: new ModelImports(client, CALLS_LIMIT_MS),
    progress: {
      requestType: event.RequestType,
      region,
      account,
      waitedSeconds: (now - requestedAt) / 1000,
    },
    previous: remembered,
    requestedAt,
    servedSince: remembered.servedSince ?? now,
    now,
    remainingMs: () => Math.max(0, callsEndAt - performance.now()),
    owner: ownerOf(event),
    definition: definitionHash(properties.definition),
    jobName: generatedName(event, event.RequestId, properties.jobNamePrefix),
    importedModelName: properties.definition.importedModelName ?? generatedName(event, event.RequestId),
  };
}
