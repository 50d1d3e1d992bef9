import {
  canonical,
  definitionHash,
  jobNameRule,
  keyOf,
  requestToken,
  uniqueName,
} from '../../../../lambda/model/names';

const RESOURCE = {
  StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/my-models/5d2ee1f0',
  LogicalResourceId: 'Llama7C2C6F1E',
};
const DEFINITION = { roleArn: 'role', s3Uri: 's3://weights/llama/' };

describe('the name of a job', () => {
  test('says whose it is, and ends in hashes of the resource and the request', () => {
    expect(uniqueName(RESOURCE, 'r1')).toMatch(/^my-models-Llama7C2C6F1E-[0-9a-f]{12}-[0-9a-f]{12}$/);
  });

  test('is the same for a request that is repeated, and another one for every other request or resource', () => {
    const name = uniqueName(RESOURCE, 'r1');
    expect(uniqueName(RESOURCE, 'r1')).toBe(name);
    expect(uniqueName(RESOURCE, 'r2')).not.toBe(name);
    expect(uniqueName({ ...RESOURCE, StackId: RESOURCE.StackId.replace('5d2', '6d2') }, 'r1')).not.toBe(name);
  });

  test.each([
    ['of a long stack', { ...RESOURCE, StackId: `arn:aws:cloudformation:r:a:stack/${'x-'.repeat(64)}/id` }],
    ['of a long logical ID', { ...RESOURCE, LogicalResourceId: 'L'.repeat(255) }],
  ])('%s follows the rules of Bedrock', (_, resource) => {
    const name = uniqueName(resource, 'r1');
    expect(name.length).toBeLessThanOrEqual(63);
    expect(jobNameRule(name)).toBeUndefined();
    expect(name).toMatch(/^(?:[0-9a-zA-Z][_-]?)+$/);
  });

  test.each(['team search', '-x', 'ü', ''])('with the prefix "%s" breaks a rule', (prefix) => {
    expect(jobNameRule(uniqueName(RESOURCE, 'r1', prefix))).toMatch(/^must be 1 to 37 letters/);
  });
});

describe('the definition of a model', () => {
  test.each([
    ['a slash at the end of the source', { s3Uri: 's3://weights/llama' }],
    ['the role', { roleArn: 'other' }],
    ['the network', { subnetIds: ['s'], securityGroupIds: ['g'] }],
    ['what is empty', { triggers: {} }],
  ])('does not change with %s', (_, changed) => {
    expect(definitionHash({ ...DEFINITION, ...changed })).toBe(definitionHash(DEFINITION));
  });

  test('does not change with the order of its triggers', () => {
    const one = definitionHash({ ...DEFINITION, triggers: { a: '1', b: '2' } });
    expect(definitionHash({ ...DEFINITION, triggers: { b: '2', a: '1' } })).toBe(one);
  });

  test.each([
    ['source', { s3Uri: 's3://weights/llama2/' }],
    ['name', { importedModelName: 'x' }],
    ['key', { kmsKeyArn: 'k' }],
    ['triggers', { triggers: { a: '' } }],
  ])('changes with its %s', (_, changed) => {
    expect(definitionHash({ ...DEFINITION, ...changed })).not.toBe(definitionHash(DEFINITION));
  });

  test('is compared as JSON without what is empty, lists in their order', () => {
    expect(canonical({ b: [2, 1], a: { d: undefined, c: null }, e: [] })).toBe('{"a":{"c":null},"b":[2,1]}');
  });
});

test('the key of a resource is its stack and logical ID', () => {
  expect(keyOf(RESOURCE)).toBe(`${RESOURCE.StackId}/Llama7C2C6F1E`);
});

test('the token of a request is one that Bedrock takes', () => {
  expect(requestToken(RESOURCE, 'r1')).toMatch(/^[0-9a-f]{64}$/);
  expect(requestToken(RESOURCE, 'r1')).not.toBe(requestToken(RESOURCE, 'r2'));
});
