import type { Credentials } from '../shared/bedrock';

/** A role to assume. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
}

/** The name of the error of a role that cannot be assumed. */
export const ROLE_NOT_ASSUMED = 'RoleNotAssumed';

/** Shows the wait in the CloudTrail of the role's account. */
const SESSION_NAME = 'model-import-job-waiter';

/** Seconds, the least that AWS STS gives. The client renews them before they are over. */
const SESSION_SECONDS = 900;

/**
 * The credentials of a role. AWS STS is loaded when they are first needed, which most waits never
 * do.
 */
export function assumeRole({ roleArn, externalId }: AssumedRole): Credentials {
  return async () => {
    const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
    const client = new STSClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 2000, requestTimeout: 3000, throwOnRequestTimeout: true },
    });
    const request = new AssumeRoleCommand({
      RoleArn: roleArn,
      ExternalId: externalId,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
    });
    try {
      const { Credentials: credentials } = await client.send(request);
      return {
        accessKeyId: credentials!.AccessKeyId!,
        secretAccessKey: credentials!.SecretAccessKey!,
        sessionToken: credentials!.SessionToken!,
        expiration: credentials!.Expiration,
      };
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: object };
      throw Object.assign(new Error(`${name}: ${message}`), {
        name: ROLE_NOT_ASSUMED,
        // AWS STS throttles with the status of a refusal.
        $metadata: name.startsWith('Throttling') ? { httpStatusCode: 429 } : $metadata,
      });
    }
  };
}
