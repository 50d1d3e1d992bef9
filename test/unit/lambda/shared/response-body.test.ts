import * as fc from 'fast-check';
import { toAttributes } from '../../../../lambda/waiter/attributes';
import type { Model } from '../../../../lambda/waiter/bedrock';
import type { Job } from '../../../../lambda/shared/bedrock';
import type { Answer } from '../../../../lambda/shared/engine';
import { isDeliverable, responseBody } from '../../../../lambda/shared/response-body';
import { createEvent } from '../../../support/events';
import type { Response } from '../../../support/response-url';

const LETTERS_AND_DIGITS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const ACCOUNT = '1'.repeat(12);

/** The longest that a stack and a resource can identify themselves with. */
const REQUEST = {
  StackId: `arn:aws-us-gov:cloudformation:us-gov-east-1:${ACCOUNT}:stack/${'S'.repeat(128)}/6f2b8d10-0c1e-11f0-9a5b-0affd1a2b3c4`,
  RequestId: '11111111-1111-4111-8111-111111111111',
  LogicalResourceId: 'L'.repeat(255),
};

/** The longest legal value of every field of `GetModelImportJob`. */
const LONGEST_JOB: Job = {
  jobArn: `arn:aws-us-gov:bedrock:${'r'.repeat(20)}:${ACCOUNT}:model-import-job/${'j'.repeat(12)}`,
  jobName: 'j'.repeat(63),
  importedModelName: 'm'.repeat(63),
  importedModelArn: `arn:aws-us-gov:bedrock:${'r'.repeat(20)}:${ACCOUNT}:imported-model/${'m'.repeat(12)}`,
  roleArn: `arn:aws-us-gov:iam::${ACCOUNT}:role/${'p'.repeat(510)}/${'n'.repeat(64)}`,
  modelDataSource: { s3DataSource: { s3Uri: `s3://${'b'.repeat(63)}/${'k'.repeat(955)}` } },
  status: 'Completed',
  creationTime: new Date('2026-01-31T12:00:00.123Z'),
  lastModifiedTime: new Date('2026-01-31T12:00:00.123Z'),
  endTime: new Date('2026-01-31T12:00:00.123Z'),
  vpcConfig: {
    subnetIds: Array.from({ length: 16 }, () => `subnet-${'0'.repeat(25)}`),
    securityGroupIds: Array.from({ length: 5 }, () => `sg-${'0'.repeat(29)}`),
  },
  importedModelKmsKeyArn: `arn:aws-us-gov:kms:${'r'.repeat(20)}:${ACCOUNT}:key/mrk-${'a'.repeat(32)}`,
};

function read(body: string): Response {
  return JSON.parse(body) as Response;
}

function success(job: Job): string {
  return responseBody(REQUEST, {
    status: 'SUCCESS',
    physicalResourceId: job.jobArn!,
    data: toAttributes(job),
  });
}

function failure(reason: string | undefined, physicalResourceId = 'p'.repeat(1024)): string {
  return responseBody(REQUEST, { status: 'FAILED', physicalResourceId, reason });
}

describe('the body', () => {
  test('of a success is this, byte for byte', () => {
    const body = responseBody(createEvent(), {
      status: 'SUCCESS',
      physicalResourceId: 'id',
      data: { status: 'Completed' },
    });
    expect(body).toBe(
      '{"Status":"SUCCESS","PhysicalResourceId":"id",' +
        '"StackId":"arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10-0c1e-11f0-9a5b-0affd1a2b3c4",' +
        '"RequestId":"11111111-1111-4111-8111-111111111111","LogicalResourceId":"Import8E28E9C6",' +
        '"Data":{"status":"Completed"}}',
    );
  });

  test('of a failure is this, byte for byte', () => {
    const answer = { status: 'FAILED', physicalResourceId: 'id', reason: 'Über "quoted"' } as const;
    expect(responseBody(createEvent(), answer)).toBe(
      '{"Status":"FAILED","Reason":"Über \\"quoted\\"","PhysicalResourceId":"id",' +
        '"StackId":"arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10-0c1e-11f0-9a5b-0affd1a2b3c4",' +
        '"RequestId":"11111111-1111-4111-8111-111111111111","LogicalResourceId":"Import8E28E9C6"}',
    );
  });

  test('of a failure always has a reason', () => {
    expect(read(failure(undefined)).Reason).toBe('No reason was given');
  });

  test('of the longest legal job fits, with every attribute whole', () => {
    const body = success(LONGEST_JOB);
    expect(LONGEST_JOB.modelDataSource?.s3DataSource?.s3Uri).toHaveLength(1024);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(read(body)).toMatchObject({ Status: 'SUCCESS', Data: toAttributes(LONGEST_JOB) });
  });

  test('of the longest legal job and model of an offered Region fits, with an architecture of 40 characters', () => {
    const inOfferedRegion = (arn: string): string =>
      arn.replace('aws-us-gov', 'aws').replace('r'.repeat(20), 'eu-central-1');
    const job: Job = {
      ...LONGEST_JOB,
      jobArn: inOfferedRegion(LONGEST_JOB.jobArn!),
      importedModelArn: inOfferedRegion(LONGEST_JOB.importedModelArn!),
      roleArn: inOfferedRegion(LONGEST_JOB.roleArn!),
      importedModelKmsKeyArn: inOfferedRegion(LONGEST_JOB.importedModelKmsKeyArn!),
    };
    const model = {
      modelArchitecture: 'a'.repeat(40),
      instructSupported: false,
      customModelUnits: { customModelUnitsPerModelCopy: 10_000, customModelUnitsVersion: 'v10.10' },
    } as Model;
    const request = {
      ...REQUEST,
      StackId: inOfferedRegion(REQUEST.StackId.replace('us-gov-east-1', 'eu-central-1')),
    };
    const data = toAttributes(job, model);
    const answer: Answer = { status: 'SUCCESS', physicalResourceId: data.jobArn, data };
    expect(isDeliverable(request, answer)).toBe(true);
    expect(read(responseBody(request, answer))).toMatchObject({ Status: 'SUCCESS', Data: data });
  });

  test('of attributes that do not fit is a failure that says why', () => {
    const s3Uri = `s3://bucket/${'ü'.repeat(1500)}`;
    const response = read(success({ ...LONGEST_JOB, modelDataSource: { s3DataSource: { s3Uri } } }));
    expect(response.Status).toBe('FAILED');
    expect(response.Reason).toMatch(
      /^AttributesTooLarge: The attributes take \d+ bytes, and CloudFormation accepts 4096\./,
    );
    expect(response.Data).toBeUndefined();
  });

  test('has long reasons cut between characters', () => {
    const { Reason } = read(failure('日本語😀'.repeat(1000)));
    expect(Reason).toMatch(/^(日本語😀)+[日本語]*…$/u);
  });

  const anyJob = fc
    .record({
      id: fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS), minLength: 12, maxLength: 12 }),
      name: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9+.-]{0,62}$/),
      modelName: fc.stringMatching(/^[0-9a-zA-Z]([_-]?[0-9a-zA-Z]){0,31}$/),
      path: fc.stringMatching(/^\/([!-.0-~]{1,30}\/){0,16}$/),
      key: fc.stringMatching(/^[!-~]{0,955}$/),
      subnets: fc.array(fc.stringMatching(/^subnet-[0-9a-z]{1,25}$/), { maxLength: 16 }),
      groups: fc.array(fc.stringMatching(/^sg-[0-9a-z]{1,29}$/), { maxLength: 5 }),
      time: fc.date({ min: new Date('2024-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    })
    .map(({ id, name, modelName, path, key, subnets, groups, time }): Job => ({
      ...LONGEST_JOB,
      jobArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-import-job/${id}`,
      importedModelArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:imported-model/${id}`,
      jobName: name,
      importedModelName: modelName,
      roleArn: `arn:aws:iam::${ACCOUNT}:role${path.replace(/["\\]/g, '/')}${'n'.repeat(64)}`,
      modelDataSource: { s3DataSource: { s3Uri: `s3://${'b'.repeat(63)}/${key.replace(/["\\]/g, '/')}` } },
      creationTime: time,
      endTime: time,
      vpcConfig: { subnetIds: subnets, securityGroupIds: groups },
    }));

  test('of any legal job fits, with every attribute whole', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const body = success(job);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
        expect(read(body)).toMatchObject({ Status: 'SUCCESS', Data: toAttributes(job) });
      }),
    );
  });

  test('of any reason is valid JSON that fits and starts with the reason', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6000, size: 'max' }),
      fc.string({
        unit: fc.constantFrom('\u0000', '"', '\\', '\ud800', 'é', '😀'),
        maxLength: 6000,
        size: 'max',
      }),
    );
    fc.assert(
      fc.property(anyText, (reason) => {
        const body = failure(reason);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
        const { Reason } = read(body);
        expect(reason.startsWith(Reason!.replace(/…$/, '')) || reason === Reason).toBe(true);
      }),
    );
  });
});
