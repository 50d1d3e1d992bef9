import type { IncomingMessage, ServerResponse } from 'http';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { askStack, readBelief, stackEvents } from '../../../../lambda/on-event/stack';
import { HttpServer } from '../../../../local/bedrock/http-server';
import { createEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const INVENTED = 'Stack-Model-1A2B3C4D5E6F';

const log = silenceLog();

/** CloudFormation's DescribeStackEvents in its query protocol; without pages it denies. */
class Events extends HttpServer {
  public pages: string[] = [];
  public readonly requests: URLSearchParams[] = [];

  protected serve(_request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    this.requests.push(new URLSearchParams(body.toString()));
    const denied =
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>No</Message></Error></ErrorResponse>';
    const next = this.pages.shift();
    response.writeHead(next === undefined ? 403 : 200, { 'content-type': 'text/xml' }).end(next ?? denied);
  }
}

function page(next: string, ...told: [logicalId: string, status: string, physicalId: string][]): string {
  const members = told.map(
    ([logicalId, status, physicalId]) =>
      `<member><LogicalResourceId>${logicalId}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>` +
      `<PhysicalResourceId>${physicalId}</PhysicalResourceId><Timestamp>2026-01-31T12:00:00Z</Timestamp></member>`,
  );
  const token = next && `<NextToken>${next}</NextToken>`;
  return (
    '<DescribeStackEventsResponse><DescribeStackEventsResult>' +
    `<StackEvents>${members.join('')}</StackEvents>${token}` +
    '</DescribeStackEventsResult></DescribeStackEventsResponse>'
  );
}

/** Events, the newest first, each a second and a half after the one before. */
function events(...told: [status: string, physicalId?: string][]): StackEvent[] {
  return told.map(([ResourceStatus, PhysicalResourceId], index) => ({
    StackId: 'stack',
    EventId: String(index),
    StackName: 'Stack',
    ResourceStatus: ResourceStatus as StackEvent['ResourceStatus'],
    PhysicalResourceId,
    Timestamp: new Date((told.length - index) * 1500),
  }));
}

const started = ['CREATE_IN_PROGRESS', ''] as [string, string];

test('a creation that was cancelled, and is deleted, leaves nothing', () => {
  const told = events(['DELETE_IN_PROGRESS', INVENTED], ['CREATE_FAILED', ''], started);
  expect(readBelief(told)).toEqual({ physicalId: '' });
});

test('a creation that failed under the ID that is deleted leaves nothing', () => {
  expect(readBelief(events(['CREATE_FAILED', INVENTED], started))).toEqual({ physicalId: '' });
});

test('a creation that goes on lives since it began', () => {
  const told = events(
    ['DELETE_IN_PROGRESS', INVENTED],
    ['CREATE_IN_PROGRESS', ARN],
    started,
    ['CREATE_FAILED', INVENTED],
    started,
  );
  expect(readBelief(told)).toEqual({ physicalId: ARN, inProgressSince: 4000 });
});

test('the first creation of all lives since it began', () => {
  expect(readBelief(events(started))).toEqual({ physicalId: '', inProgressSince: 1000 });
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_FAILED'])(
  'after %s the stack believes in an ID',
  (status) => {
    const told = events(['DELETE_IN_PROGRESS', INVENTED], [status, ARN], started);
    expect(readBelief(told)).toEqual({ physicalId: ARN });
  },
);

test('an update that goes on has both', () => {
  const told = events(['UPDATE_IN_PROGRESS', ARN], ['CREATE_COMPLETE', ARN]);
  expect(readBelief(told)).toEqual({ physicalId: ARN, inProgressSince: 3000 });
});

test('without events nobody knows', () => {
  expect(readBelief([])).toBeUndefined();
  expect(readBelief(events(['DELETE_IN_PROGRESS', INVENTED]))).toBeUndefined();
});

describe('the real client', () => {
  const server = new Events();
  beforeAll(async () => {
    process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = await server.start();
  });
  afterAll(() => server.stop());

  test('brings the events of all pages', async () => {
    const { StackId, LogicalResourceId } = createEvent();
    server.pages = [
      page('next', ['Other', 'CREATE_COMPLETE', 'x'], [LogicalResourceId, 'DELETE_IN_PROGRESS', INVENTED]),
      page('', [LogicalResourceId, 'CREATE_COMPLETE', ARN]),
    ];
    expect(await askStack(stackEvents, createEvent())).toEqual({ physicalId: ARN });
    expect(server.requests[0].get('StackName')).toBe(StackId);
    expect(server.requests[1].get('NextToken')).toBe('next');
  });

  test('goes back as far as it takes, and no further', async () => {
    const { LogicalResourceId } = createEvent();
    const others = Array.from({ length: 12 }, () => page('next', ['Other', 'UPDATE_COMPLETE', 'x']));
    server.requests.length = 0;
    server.pages = [
      ...others,
      page('next', [LogicalResourceId, 'UPDATE_IN_PROGRESS', ARN]),
      page('next', [LogicalResourceId, 'CREATE_COMPLETE', ARN]),
      page('', ['Other', 'CREATE_COMPLETE', 'x']),
    ];
    const began = Date.parse('2026-01-31T12:00:00Z');
    expect(await askStack(stackEvents, createEvent())).toEqual({ physicalId: ARN, inProgressSince: began });
    expect(server.requests).toHaveLength(14);
  });

  test.each([
    ['DELETE_IN_PROGRESS', { physicalId: ARN, isStackDeleted: true }],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', { physicalId: ARN }],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', { physicalId: ARN }],
  ])('tells what happens to the stack: %s', async (status, belief) => {
    const { LogicalResourceId, StackId } = createEvent();
    server.pages = [
      page('next', [LogicalResourceId, 'DELETE_IN_PROGRESS', ARN], ['Stack', status, StackId]),
      page('', [LogicalResourceId, 'CREATE_COMPLETE', ARN], ['Stack', 'DELETE_IN_PROGRESS', StackId]),
    ];
    expect(await askStack(stackEvents, createEvent())).toEqual(belief);
  });

  test('and a denial comes to nothing that anybody knows', async () => {
    server.pages = [];
    expect(await askStack(stackEvents, createEvent())).toBeUndefined();
    expect(log.text()).toContain('Could not ask CloudFormation for the events of the stack');
  });
});
