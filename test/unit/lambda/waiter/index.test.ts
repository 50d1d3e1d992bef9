import { handler } from '../../../../lambda/waiter/index';
import { BedrockStandIn } from '../../../../local/bedrock/stand-in';
import { createEvent, deleteEvent, OLD_ID } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';
import { ResponseUrl } from '../../../support/response-url';
import { StepFunctionsStandIn } from '../../../support/step-functions-stand-in';
import { requestOf } from '../../../support/wait';

silenceLog();
const responses = new ResponseUrl();
const stepFunctions = new StepFunctionsStandIn(Date.now);
const bedrock = new BedrockStandIn();

beforeAll(async () => {
  await responses.start();
  process.env.AWS_ENDPOINT_URL_SFN = await stepFunctions.start();
  process.env.AWS_ENDPOINT_URL_BEDROCK = await bedrock.start();
});
afterAll(() => Promise.all([responses.stop(), stepFunctions.stop(), bedrock.stop()]));
beforeEach(() => responses.reset());

test('a request of CloudFormation starts an execution', async () => {
  const event = { ...createEvent(), ResponseURL: responses.url } as Parameters<typeof handler>[0];
  expect(await handler(event)).toBeUndefined();
  expect(stepFunctions.running()).toEqual([`Import8E28E9C6-${createEvent().RequestId}`]);
});

test('a Delete of a waiter is answered', async () => {
  const event = { ...deleteEvent(OLD_ID), ResponseURL: responses.url } as Parameters<typeof handler>[0];
  await handler(event);
  expect(responses.response).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: OLD_ID });
});

test('a poll of the state machine polls', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'llama' });
  const request = requestOf(createEvent({ jobIdentifier }), Date.now());
  expect(await handler({ request, previous: { attempt: 0 } })).toMatchObject({
    attempt: 1,
    answer: { status: 'SUCCESS', physicalResourceId: jobIdentifier },
  });
});

test('the state of an execution is answered', async () => {
  const answer = { status: 'SUCCESS', physicalResourceId: JOB_ARN } as const;
  const state = {
    worker: createEvent().ServiceToken,
    responseUrl: responses.url,
    request: requestOf(createEvent(), Date.now()),
    poll: { result: { attempt: 1, answer } },
  };
  expect(await handler(state)).toEqual({ attempt: 1, isAnswered: true });
  expect(responses.response).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: JOB_ARN });
});
