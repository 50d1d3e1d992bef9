import { appendFileSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { IamRecord } from '../../../../local/cloud/iam-record';

const SESSION = 'arn:aws:sts::000000000000:assumed-role/reader/é';
const REQUEST = {
  accessKeyId: 'ASIA1',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::weights/a',
  context: {},
};

let folder: string;
let file: string;
let record: IamRecord;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iam-record-'));
  file = join(folder, 'iam.jsonl');
  record = new IamRecord(file);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);

test('nothing is known before anything is written', () => {
  expect(record.sessionOf('ASIA1')).toBeUndefined();
  expect(record.requests()).toEqual([]);
});

test('sessions and requests are known as soon as they are written, each once', () => {
  write({ accessKeyId: 'ASIA1', session: SESSION });
  expect(record.sessionOf('ASIA1')).toBe(SESSION);
  write(REQUEST);
  expect(record.requests()).toEqual([REQUEST]);
  write({ ...REQUEST, action: 's3:ListBucket' });
  expect(record.requests().map(({ action }) => action)).toEqual(['s3:GetObject', 's3:ListBucket']);
});

test('half a line is read when its other half is there', () => {
  const line = JSON.stringify(REQUEST);
  appendFileSync(file, line.slice(0, 20));
  expect(record.requests()).toEqual([]);
  appendFileSync(file, `${line.slice(20)}\n`);
  expect(record.requests()).toEqual([REQUEST]);
});

test('a key that was handed out again is the newest session', () => {
  write({ accessKeyId: 'ASIA1', session: SESSION });
  write({ accessKeyId: 'ASIA1', session: SESSION.replace('reader', 'writer') });
  expect(record.sessionOf('ASIA1')).toContain('assumed-role/writer/');
});
