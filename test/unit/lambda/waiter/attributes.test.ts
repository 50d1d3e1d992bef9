import { toAttributes } from '../../../../lambda/waiter/attributes';
import { JOB_ARN } from '../../../support/job';

test('every field that Bedrock omits is an empty string', () => {
  expect(toAttributes({})).toEqual({
    jobArn: '',
    jobName: '',
    importedModelName: '',
    importedModelArn: '',
    roleArn: '',
    'modelDataSource.s3DataSource.s3Uri': '',
    status: '',
    failureMessage: '',
    creationTime: '',
    lastModifiedTime: '',
    endTime: '',
    'vpcConfig.subnetIds': '',
    'vpcConfig.securityGroupIds': '',
    importedModelKmsKeyArn: '',
    encryptionResourceArn: '',
    modelArchitecture: '',
    instructSupported: '',
    'customModelUnits.customModelUnitsPerModelCopy': '',
    'customModelUnits.customModelUnitsVersion': '',
  });
});

test('every field that Bedrock sends has its attribute: times in ISO 8601, lists with commas', () => {
  expect(
    toAttributes(
      {
        jobArn: JOB_ARN,
        jobName: 'job',
        importedModelName: 'model',
        importedModelArn: 'arn:model',
        roleArn: 'arn:role',
        modelDataSource: { s3DataSource: { s3Uri: 's3://bucket/prefix' } },
        status: 'Completed',
        failureMessage: 'none',
        creationTime: new Date(0),
        lastModifiedTime: new Date(1000),
        endTime: new Date(61_500),
        vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
        importedModelKmsKeyArn: 'arn:key',
      },
      {
        modelArchitecture: 'qwen3',
        instructSupported: false,
        customModelUnits: { customModelUnitsPerModelCopy: 0, customModelUnitsVersion: 'v1.0' },
      },
    ),
  ).toEqual({
    jobArn: JOB_ARN,
    jobName: 'job',
    importedModelName: 'model',
    importedModelArn: 'arn:model',
    roleArn: 'arn:role',
    'modelDataSource.s3DataSource.s3Uri': 's3://bucket/prefix',
    status: 'Completed',
    failureMessage: 'none',
    creationTime: '1970-01-01T00:00:00.000Z',
    lastModifiedTime: '1970-01-01T00:00:01.000Z',
    endTime: '1970-01-01T00:01:01.500Z',
    'vpcConfig.subnetIds': 'subnet-1,subnet-2',
    'vpcConfig.securityGroupIds': 'sg-1',
    importedModelKmsKeyArn: 'arn:key',
    encryptionResourceArn: 'arn:key',
    modelArchitecture: 'qwen3',
    instructSupported: 'false',
    'customModelUnits.customModelUnitsPerModelCopy': '0',
    'customModelUnits.customModelUnitsVersion': 'v1.0',
  });
});

test('empty lists and a data source of an unknown kind are empty strings', () => {
  const attributes = toAttributes({
    modelDataSource: { $unknown: ['other', {}] },
    vpcConfig: { subnetIds: [], securityGroupIds: [] },
  });
  expect(attributes['modelDataSource.s3DataSource.s3Uri']).toBe('');
  expect(attributes['vpcConfig.subnetIds']).toBe('');
  expect(attributes['vpcConfig.securityGroupIds']).toBe('');
});

test('what encryption is about is the key, or the model when it has none', () => {
  const importedModelArn = 'arn:model';
  expect(toAttributes({ importedModelArn }).encryptionResourceArn).toBe('arn:model');
  const job = { importedModelArn, importedModelKmsKeyArn: 'arn:key' };
  expect(toAttributes(job).encryptionResourceArn).toBe('arn:key');
});
