import {
  BedrockClient,
  type BedrockClientConfig,
  type GetModelImportJobCommandOutput,
} from '@aws-sdk/client-bedrock';

/** How a client gets its credentials. */
export type Credentials = NonNullable<BedrockClientConfig['credentials']>;

/** A job as Bedrock describes it. */
export type Job = Omit<GetModelImportJobCommandOutput, '$metadata'>;

/** An error of a call to Bedrock, reduced to what decisions and messages need. */
export interface Fault {
  readonly name: string;
  readonly message: string;
  /** Absent when no answer came. */
  readonly httpStatus?: number;
}

/** Milliseconds that one try has to connect, and to be answered. */
const TRY_LIMITS = { connectionTimeout: 3000, requestTimeout: 8000 };

/** A client whose calls end in time. */
export function createClient(region: string, limits = TRY_LIMITS, credentials?: Credentials): BedrockClient {
  return new BedrockClient({
    region,
    credentials,
    maxAttempts: 2,
    requestHandler: { ...limits, throwOnRequestTimeout: true },
  });
}

/** Whether a job has completed, in either of the words that AWS documents. */
export function hasCompleted({ status }: { readonly status?: string }): boolean {
  return status === 'Completed' || status === 'Complete';
}

export function toFault(error: unknown): Fault {
  const { name, code, message, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const httpStatus = $metadata?.httpStatusCode;
  switch (name) {
    case 'Error':
      // A broken connection says what it is in its code: `ECONNRESET`.
      return { name: code ?? name, message, httpStatus };
    case 'Unknown':
    case 'UnknownError':
      // So the SDK calls an answer that does not name its exception.
      return { name: `HTTP ${httpStatus}`, message, httpStatus };
    default:
      return { name, message, httpStatus };
  }
}

/** Whether Bedrock has clearly said no, so that the call has changed nothing. */
export function isRefusal({ name, httpStatus = 0 }: Fault): boolean {
  const isClientError = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429;
  return isClientError && name !== 'ThrottlingException';
}

/**
 * Whether a fault says that what was asked for is not there. Bedrock documents `ResourceNotFoundException`;
 * others observed `ValidationException`, which for an identifier that follows the rules means the same.
 */
export function isAbsent(fault: Fault): boolean {
  const isUnknown = fault.name === 'ValidationException' && !isConstraintViolation(fault);
  return fault.name === 'ResourceNotFoundException' || isUnknown;
}

/** Whether a request broke a rule of the service model, which no waiting mends. */
export function isConstraintViolation({ name, message }: Fault): boolean {
  return name === 'ValidationException' && message.includes('failed to satisfy constraint');
}
