import type { IncomingMessage, ServerResponse } from 'http';
import { handler } from '../../../../lambda/waiter/poll';
import type { PollResult } from '../../../../lambda/shared/engine';
import type { OnTheWire, WaiterProperties } from '../../../../lib/private/contract/protocol';
import { BedrockStandIn } from '../../../../local/bedrock/stand-in';
import { HttpServer } from '../../../../local/bedrock/http-server';
import { createEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { requestOf } from '../../../support/wait';

silenceLog();

const ACCOUNT = '222233334444';
const ENVIRONMENT = { ...process.env };

/** A stand-in for AWS STS that gives out one set of credentials after the other. */
class StsStandIn extends HttpServer {
  public readonly requests: URLSearchParams[] = [];
  public refusal?: { readonly code: string; readonly status: number };

  protected serve(_request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    this.requests.push(new URLSearchParams(body.toString()));
    const { code, status } = this.refusal ?? { status: 200 };
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(code ? refusal(code) : credentials(this.requests.length));
  }
}

function credentials(count: number): string {
  const expiration = new Date(Date.now() + 900_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>ASIAROLE${count}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
    <SessionToken>session</SessionToken><Expiration>${expiration}</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

function refusal(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
    <Code>${code}</Code><Message>You may not</Message></Error></ErrorResponse>`;
}

const bedrock = new BedrockStandIn();
const sts = new StsStandIn();
let jobArn: string;
let roles = 0;

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_BEDROCK: await bedrock.start(),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    AWS_ENDPOINT_URL_STS: await sts.start(),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAFUNCTION',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  jobArn = bedrock.startJob({ jobName: 'remote', region: 'us-west-2' });
});

afterAll(async () => {
  process.env = ENVIRONMENT;
  await Promise.all([bedrock.stop(), sts.stop()]);
});

beforeEach(() => {
  sts.refusal = undefined;
  sts.requests.length = 0;
  bedrock.requests.length = 0;
});

/** Polls once, some seconds after the wait began. */
function pollOnce(
  properties: Partial<OnTheWire<WaiterProperties>>,
  elapsedSeconds = 0,
  previous: PollResult = { attempt: 0 },
): Promise<PollResult> {
  const event = createEvent({ jobIdentifier: jobArn, timeoutSeconds: '600', ...properties });
  const StackId = event.StackId.replace('us-east-1', 'eu-central-1');
  const request = requestOf({ ...event, StackId }, Date.now() - elapsedSeconds * 1000);
  return handler({ request, previous });
}

/** What is remembered of errors of one kind that have come for some seconds. */
function after(seconds: number, kind: string): PollResult {
  const error = { name: 'None', message: '' };
  return { attempt: 9, memory: { memory: {}, tolerance: { kind, seconds, error } } };
}

/** A role that no client has been made for. */
function newRole(): string {
  return `arn:aws:iam::${ACCOUNT}:role/reader-${++roles}`;
}

describe('without a role', () => {
  test('the function calls Bedrock with its own credentials, and AWS STS is not called', async () => {
    await pollOnce({});
    expect(bedrock.requests[0]).toMatchObject({ region: 'us-west-2', accessKeyId: 'AKIAFUNCTION' });
    expect(sts.requests).toHaveLength(0);
  });

  test('a name is looked up in the Region that is given for it', async () => {
    await pollOnce({ jobIdentifier: 'remote', region: 'us-west-2' });
    expect(bedrock.requests[0]).toMatchObject({ region: 'us-west-2' });
  });
});

describe('with a role', () => {
  test('the function calls Bedrock with the credentials of the role, and tells the external ID', async () => {
    const assumedRoleArn = newRole();
    const { answer } = await pollOnce({ assumedRoleArn, externalId: 'our-secret-handshake' });
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobArn });
    expect(Object.fromEntries(sts.requests[0])).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: assumedRoleArn,
      ExternalId: 'our-secret-handshake',
    });
    expect(bedrock.requests[0]).toMatchObject({ region: 'us-west-2', accessKeyId: 'ASIAROLE1' });
  });

  test('no external ID is told when none is given', async () => {
    await pollOnce({ assumedRoleArn: newRole() });
    expect(sts.requests[0].has('ExternalId')).toBe(false);
  });

  test('the credentials are kept from one poll to the next', async () => {
    const assumedRoleArn = newRole();
    await pollOnce({ assumedRoleArn });
    await pollOnce({ assumedRoleArn });
    expect(sts.requests).toHaveLength(1);
    expect(bedrock.requests.map(({ operation }) => operation)).toEqual([
      ...['GetModelImportJob', 'GetImportedModel'],
      ...['GetModelImportJob', 'GetImportedModel'],
    ]);
    expect(new Set(bedrock.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['ASIAROLE1']));
  });

  test('the smoke test calls the model with the credentials of the role as well', async () => {
    const smokeTest = { operation: 'Converse', prompt: 'Hello' } as const;
    const properties = { assumedRoleArn: newRole(), smokeTest };
    const completed = await pollOnce(properties);
    expect(await pollOnce(properties, 1, completed)).toMatchObject({ answer: { status: 'SUCCESS' } });
    expect(bedrock.requests.at(-1)).toMatchObject({
      operation: 'Converse',
      region: 'us-west-2',
      accessKeyId: expect.stringMatching(/^ASIAROLE/) as string,
    });
  });

  test('a job that is not found is reported with the account and the role of the call', async () => {
    const assumedRoleArn = newRole();
    const { answer } = await pollOnce(
      { jobIdentifier: 'missing', assumedRoleArn },
      130,
      after(130, 'absent'),
    );
    expect(answer!.reason).toContain(
      `Region eu-central-1 of account ${ACCOUNT}, with the role ${assumedRoleArn}`,
    );
  });

  test('a refused call is reported with the role that lacks the permission', async () => {
    const assumedRoleArn = newRole();
    bedrock.failNext({ status: 403, name: 'AccessDeniedException', message: 'no' });
    const { answer } = await pollOnce({ assumedRoleArn }, 430, after(430, 'refused'));
    expect(answer!.reason).toContain(`Allow it for ${assumedRoleArn}`);
  });
});

describe('a role that cannot be assumed', () => {
  test('is tried again for seven minutes, because trust takes time to spread', async () => {
    sts.refusal = { code: 'AccessDenied', status: 403 };
    expect(
      (await pollOnce({ assumedRoleArn: newRole() }, 410, after(410, 'refused'))).answer,
    ).toBeUndefined();
  });

  test('then fails the deployment, and says which role and what to check', async () => {
    sts.refusal = { code: 'AccessDenied', status: 403 };
    const assumedRoleArn = newRole();
    const { answer } = await pollOnce({ assumedRoleArn }, 430, after(430, 'refused'));
    expect(answer!.status).toBe('FAILED');
    expect(answer!.reason).toContain(`cannot assume ${assumedRoleArn}: "AccessDenied: You may not"`);
    expect(answer!.reason).toContain('trusts');
  });

  test('says nothing of Bedrock, which may still prove to be out of reach', async () => {
    sts.refusal = { code: 'AccessDenied', status: 403 };
    const { memory } = await pollOnce({ assumedRoleArn: newRole() });
    expect(memory).toMatchObject({ tolerance: { kind: 'refused' } });
    expect(memory).toHaveProperty('memory.wasReached', undefined);
  });

  test('because AWS STS throttles is tried again at any time', async () => {
    sts.refusal = { code: 'Throttling', status: 400 };
    expect(
      (await pollOnce({ assumedRoleArn: newRole() }, 430, after(430, 'refused'))).answer,
    ).toBeUndefined();
  });

  test('because AWS STS is never reached fails as that after 15 minutes', async () => {
    process.env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:1';
    try {
      const { answer } = await pollOnce({ assumedRoleArn: newRole() }, 590, after(945, 'unreached'));
      expect(answer!.reason).toMatch(
        /^NeverReached: .*sts\.us-west-2\.amazonaws\.com said RoleNotAssumed, ".*ECONNREFUSED/,
      );
      expect(answer!.reason).toContain('interface endpoint "sts"');
    } finally {
      process.env.AWS_ENDPOINT_URL_STS = sts.url;
    }
  });
});
