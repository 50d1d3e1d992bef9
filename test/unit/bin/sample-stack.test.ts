import { runInNewContext } from 'vm';
import { ASK_MODEL } from '../../../bin/sample-stack';
import { BedrockStandIn } from '../../../local/bedrock/stand-in';

const MINUTE_MS = 60_000;

let now = Date.now();
const bedrock = new BedrockStandIn({ now: () => now });
const realSetTimeout = setTimeout;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = await bedrock.start();
});
afterAll(() => bedrock.stop());
beforeEach(() => {
  // The delays between two attempts pass at once, for the stand-in and the SDK. Others stay as they are.
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void, delay = 0, ...rest: []) => {
    const isBackoff = delay > 0 && delay <= 20_000;
    now += isBackoff ? Math.ceil(delay) : 0;
    return realSetTimeout(run, isBackoff ? 0 : delay, ...rest);
  });
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => jest.restoreAllMocks());

type Handler = (event: object) => Promise<object>;

/** The function as AWS Lambda would load it. */
function load(): Handler {
  const exports: { handler?: Handler } = {};
  runInNewContext(ASK_MODEL, { require, exports, process, TextDecoder });
  return exports.handler!;
}

test('the sample function bridges five minutes in which a cold model loads', async () => {
  const jobArn = bedrock.startJob({ jobName: 'cold', notReadyMs: 5 * MINUTE_MS });
  process.env.MODEL_ARN = bedrock.describe(jobArn)!.importedModelArn as string;
  await expect(load()({ prompt: 'Hello' })).resolves.toHaveProperty('generation');
  // Otherwise it was not the delays between attempts that passed the time.
  expect(bedrock.requests.length).toBeGreaterThan(10);
  expect(bedrock.requests.length).toBeLessThanOrEqual(40);
});
