/** An error of a call to AWS, reduced to what decisions and messages need. */
export interface ServiceError {
  readonly name: string;
  readonly message: string;
  /** Absent when there was no HTTP answer. */
  readonly httpStatus?: number;
}

/** A call to AWS that failed. Whatever else is thrown is a bug of this library. */
export class CallError extends Error {
  public readonly serviceError: ServiceError;

  constructor(
    /** The permission that the call takes: `bedrock:GetModelImportJob`. */
    public readonly action: string,
    error: unknown,
    /** What was asked for, when it was one thing. */
    public readonly resource = '',
  ) {
    const serviceError = toServiceError(error);
    super(serviceError.message);
    this.name = 'CallError';
    this.serviceError = serviceError;
  }
}

/** Waits for a call, and throws its error as a `CallError`, unless it is a mistake of what makes the call. */
export async function call<T>(action: string, answer: Promise<T>, resource?: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isMistake(error) ? error : new CallError(action, error, resource);
  }
}

/**
 * Whether an error is a mistake of what makes a call. The SDK's own errors of these types come with the answer that
 * it could not read, and Node.js's with a code.
 */
export function isMistake(error: unknown): boolean {
  const isOfMistakes =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isOfMistakes && !('$response' in error) && !('code' in error);
}

/** The answer of a call, or undefined when what it asked for is not there. */
export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsence(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether an error of a call says that what it asked for is not there. */
export function isAbsence(error: unknown): error is CallError {
  return error instanceof CallError && isAbsent(error.serviceError);
}

export function toServiceError(error: unknown): ServiceError {
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
      // The SDK's name for an answer that does not name its exception.
      return { name: `HTTP ${httpStatus}`, message, httpStatus };
    default:
      return { name, message, httpStatus };
  }
}

/** Whether a service has clearly said no, so that the call has changed nothing: 4xx, but no throttle. */
export function isClientError(error: ServiceError): boolean {
  const { httpStatus = 0 } = error;
  return httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && !isThrottling(error);
}

/** Whether a service takes no calls for now, so that this one has changed nothing either. */
export function isThrottling({ name, httpStatus }: ServiceError): boolean {
  const isNamed = /^(?:Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/.test(name);
  return httpStatus === 429 || (httpStatus === 400 && isNamed);
}

/** Whether no HTTP answer came at all: the name was not resolved, the connection refused, the time over. */
export function isUnreached({ httpStatus }: ServiceError): boolean {
  return httpStatus === undefined;
}

/** Whether a call was never sent, so that it has changed nothing: there was no connection to send it on. */
export function isUnsent({ name, message }: ServiceError): boolean {
  return (
    /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(name) ||
    // The SDK's words for a connection that did not come about in time.
    message.includes('did not establish a connection')
  );
}

/**
 * Whether an error says that what was asked for is not there. Bedrock documents `ResourceNotFoundException`;
 * others observed `ValidationException`, which for an identifier that follows the rules means the same.
 */
export function isAbsent(error: ServiceError): boolean {
  const isUnknown = error.name === 'ValidationException' && !isConstraintViolation(error);
  return error.name === 'ResourceNotFoundException' || isUnknown;
}

/** Whether a request broke a rule of the service model, which no waiting fixes. */
export function isConstraintViolation({ name, message }: ServiceError): boolean {
  return name === 'ValidationException' && message.includes('failed to satisfy constraint');
}

/** Whether an error can only be a mistake in this library. */
export function isBug(error: unknown): boolean {
  return !(error instanceof CallError);
}
