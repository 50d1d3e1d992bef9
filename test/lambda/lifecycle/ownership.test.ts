import * as fc from 'fast-check';
import {
  definitionHash,
  generatedName,
  namePart,
  ownerOf,
  readMarks,
  requestToken,
  toTags,
} from '../../../lambda/lifecycle/ownership';

const stackId = (name: string): string =>
  `arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/00000000-0000-0000-0000-000000000000`;
const definition = { roleArn: 'arn:aws:iam::123456789012:role/r', s3Uri: 's3://bucket/prefix/' };

describe('generated names', () => {
  const stackName = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/);
  const logicalId = fc.stringMatching(/^[a-zA-Z0-9]{1,255}$/);

  test('keep the rules of job names and of model names', () => {
    fc.assert(
      fc.property(stackName, logicalId, fc.uuid(), (name, id, requestId) => {
        const generated = generatedName({ StackId: stackId(name), LogicalResourceId: id }, requestId);
        expect(generated).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/);
        expect(generated).not.toContain('--');
      }),
    );
  });

  test('are the same for a request, and different for every other', () => {
    const resource = { StackId: stackId('models'), LogicalResourceId: 'Llama' };
    expect(generatedName(resource, 'a')).toBe(generatedName(resource, 'a'));
    expect(generatedName(resource, 'a')).not.toBe(generatedName(resource, 'b'));
  });

  test.each([
    ['s'.repeat(128), 's'.repeat(37)],
    ['s'.repeat(36), 's'.repeat(36)],
    ['s'.repeat(20), `${'s'.repeat(20)}-${'R'.repeat(16)}`],
  ])('of long names keep what fits: %s', (stackName, readable) => {
    const resource = { StackId: stackId(stackName), LogicalResourceId: 'R'.repeat(255) };
    expect(generatedName(resource, 'a').replace(/-[0-9a-f]{12}-[0-9a-f]{12}$/, '')).toBe(readable);
  });

  test('contain what their owner is found by', () => {
    const resource = { StackId: stackId('models'), LogicalResourceId: 'Llama' };
    expect(generatedName(resource, 'a')).toContain(namePart(ownerOf(resource)));
  });
});

test('owners differ by stack and by logical ID', () => {
  const owners = ['a', 'b'].flatMap((name) =>
    ['A', 'B'].map((id) => ownerOf({ StackId: stackId(name), LogicalResourceId: id })),
  );
  expect(new Set(owners).size).toBe(4);
});

test('a token keeps the rules of Bedrock', () => {
  expect(requestToken('owner', 'request')).toMatch(/^[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?$/);
});

describe('the hash of a definition', () => {
  test('does not depend on the order of keys and list members', () => {
    const a = { ...definition, triggers: { x: '1', y: '2' } };
    const b = { triggers: { y: '2', x: '1' }, ...definition };
    expect(definitionHash(a)).toBe(definitionHash(b));
  });

  test('does not depend on how the weights are read', () => {
    const read = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'], roleArn: 'other' };
    expect(definitionHash({ ...definition, ...read })).toBe(definitionHash(definition));
  });

  test('depends on every other value', () => {
    const hashes = [
      definition,
      { ...definition, s3Uri: 's3://bucket/other/' },
      { ...definition, kmsKeyArn: 'a' },
      { ...definition, jobName: 'a' },
      { ...definition, importedModelName: 'a' },
      { ...definition, triggers: { a: '1' } },
      { ...definition, triggers: { a: '2' } },
    ].map(definitionHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test('marks are read back from tags, among those of others', () => {
  const marks = { owner: 'o', request: 'r', definition: 'd', replaces: '', retain: 'false' };
  expect(readMarks([{ key: 'team', value: 'x' }, ...toTags(marks)])).toEqual(marks);
});
