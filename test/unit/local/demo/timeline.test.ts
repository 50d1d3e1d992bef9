import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Job } from '../../../../local/bedrock/import-job';
import {
  entriesOfJob,
  entryOfEvent,
  entryOfPoll,
  lineOf,
  Timeline,
  type Entry,
} from '../../../../local/demo/timeline';

const START = Date.parse('2026-11-30T12:00:00Z');

const event = (
  seconds: number,
  LogicalResourceId: string,
  ResourceStatus: string,
  ResourceType = 'AWS::IAM::Role',
  ResourceStatusReason?: string,
): Entry =>
  entryOfEvent({
    Timestamp: new Date(START + seconds * 1000),
    LogicalResourceId,
    ResourceStatus,
    ResourceType,
    ResourceStatusReason,
  } as StackEvent);
const stack = (seconds: number, status: string): Entry =>
  event(seconds, 'Sample', status, 'AWS::CloudFormation::Stack');
const poll = (seconds: number, message: string): Entry =>
  entryOfPoll({ at: START + seconds * 1000, message });
const lines = (entries: readonly Entry[]): string[] => entries.map((entry) => lineOf(entry, START));

test('routine resources become one line, with their number and time', () => {
  const timeline = new Timeline();
  const shown = timeline.add([
    stack(1, 'CREATE_IN_PROGRESS'),
    event(1.1, 'Role', 'CREATE_IN_PROGRESS'),
    event(1.2, 'Role', 'CREATE_COMPLETE'),
    event(1.2, 'Function', 'CREATE_IN_PROGRESS', 'AWS::Lambda::Function'),
    event(1.5, 'Function', 'CREATE_COMPLETE', 'AWS::Lambda::Function'),
    event(1.6, 'Import', 'CREATE_IN_PROGRESS', 'Custom::BedrockModelImportJobWaiter'),
  ]);
  expect(lines(shown)).toEqual([
    '    1.0 s   stack     CREATE_IN_PROGRESS   Sample',
    '    1.5 s   stack     2 resources created in 0.4 s',
    '    1.6 s   stack     CREATE_IN_PROGRESS   Import (Custom::BedrockModelImportJobWaiter)',
  ]);
});

test('routine that nothing follows shows at the end', () => {
  const timeline = new Timeline();
  expect(timeline.add([event(1, 'Role', 'DELETE_IN_PROGRESS'), event(2, 'Role', 'DELETE_COMPLETE')])).toEqual(
    [],
  );
  expect(lines(timeline.flush())).toEqual(['    2.0 s   stack     1 resource deleted in 1.0 s']);
  expect(timeline.flush()).toEqual([]);
});

test('what was done in two ways is counted apart', () => {
  const timeline = new Timeline();
  timeline.add([event(1, 'Old', 'UPDATE_COMPLETE'), event(1, 'New', 'CREATE_COMPLETE')]);
  expect(timeline.flush()[0].text).toBe('1 resource created, 1 resource updated in 0.0 s');
});

test('resources that have only begun are no line', () => {
  const timeline = new Timeline();
  const shown = timeline.add([event(1, 'Role', 'CREATE_IN_PROGRESS'), poll(2, 'job: InProgress')]);
  expect(lines(shown)).toEqual(['    2.0 s   poll      job: InProgress']);
});

test('a failed resource has a line with its reason, whatever it is', () => {
  const [failed] = new Timeline().add([
    event(1, 'Role', 'CREATE_FAILED', 'AWS::IAM::Role', 'not\n  authorized'),
  ]);
  expect(failed.text).toBe('CREATE_FAILED        Role: not authorized');
});

test('a poll names a job by what its ARN ends with', () => {
  const job = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/job000000001';
  expect(poll(1, `${job}: status InProgress`).text).toBe('model-import-job/job000000001: status InProgress');
});

test('sources are merged in the order of time, and nothing shows twice', () => {
  const timeline = new Timeline();
  const first = [stack(1, 'CREATE_IN_PROGRESS'), poll(3, 'third'), poll(2, 'second')];
  expect(timeline.add(first).map(({ at }) => at - START)).toEqual([1000, 2000, 3000]);
  expect(timeline.add([...first, poll(4, 'fourth')]).map(({ text }) => text)).toEqual(['fourth']);
});

describe('an import job', () => {
  const job: Job = {
    jobName: 'demo-job',
    region: 'us-east-1',
    importedModelName: 'demo-model',
    jobArn: 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/job000000001',
    modelArn: 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001',
    startedAt: START,
    durationMs: 10_000,
  };

  test('tells its start, and its end once that has come', () => {
    const at = (seconds: number): string[] => lines(entriesOfJob(job, undefined, START + seconds * 1000));
    const started = '    0.0 s   Bedrock   model-import-job/job000000001 starts: demo-job';
    expect(at(9.9)).toEqual([started]);
    expect(at(10)).toEqual([started, '   10.0 s   Bedrock   model-import-job/job000000001 ends: Completed']);
  });

  test('tells how it failed, and when its model was deleted', () => {
    const failed = entriesOfJob({ ...job, outcome: 'Failed' }, undefined, START + 10_000);
    expect(failed[1].text).toBe('model-import-job/job000000001 ends: Failed');
    const deleted = entriesOfJob(job, START + 20_000, START + 20_000);
    expect(deleted[2]).toMatchObject({ at: START + 20_000, text: 'imported-model/mdl000000001 is deleted' });
  });
});
