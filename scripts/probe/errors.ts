import type { Dialect } from '../../local/bedrock/dialect';

/** What the errors of CreateModelImportJob say. */

export function isQuota({ name }: Error): boolean {
  return name === 'ServiceQuotaExceededException';
}

export function isNameInUse({ name, message }: Error): boolean {
  return name === 'ConflictException' || (name === 'ValidationException' && message.includes('in use'));
}

/** What an error says of a role that was made moments ago, if it says so. */
export function asNewRole({ name, message }: Error): Dialect['newRole'] | undefined {
  if (name === 'AccessDeniedException') {
    return name;
  }
  if (name !== 'ValidationException') {
    return undefined;
  }
  return /role/i.test(message)
    ? 'role ValidationException'
    : /S3|GetObject/.test(message)
      ? 'S3 ValidationException'
      : undefined;
}
