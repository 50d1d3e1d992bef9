/** The exceptions that Bedrock declares for these operations, with their HTTP statuses. */
const STATUSES = {
  AccessDeniedException: 403,
  ConflictException: 400,
  ModelNotReadyException: 429,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  TooManyTagsException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
} as const;

/** An exception as Bedrock throws it. */
export class BedrockException extends Error {
  public readonly status: number;

  constructor(name: keyof typeof STATUSES, message: string) {
    super(message);
    this.name = name;
    this.status = STATUSES[name];
  }
}
