import * as fc from 'fast-check';
import {
  definitionHash,
  generatedName,
  isOwnedBy,
  isStartedBy,
  namePart,
  ownerOf,
  readMarks,
  requestToken,
  tagsWith,
} from '../../../../lambda/model/ownership';

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

  test.each([undefined, 'team.search+', 'p'.repeat(37)])('tell their owner and request: %s', (prefix) => {
    const resource = { StackId: stackId('models'), LogicalResourceId: 'Llama' };
    const name = generatedName(resource, 'a', prefix);
    expect(name).toContain(namePart(ownerOf(resource)));
    expect(name.length).toBeLessThanOrEqual(63);
    expect(isOwnedBy(name, ownerOf(resource))).toBe(true);
    expect(isStartedBy(name, 'a')).toBe(true);
    expect(isStartedBy(name, 'b')).toBe(false);
    expect(isOwnedBy(name, ownerOf({ ...resource, LogicalResourceId: 'Other' }))).toBe(false);
  });

  test.each([undefined, 'job', 'models-Llama-50f19328a5a1', 'models-Llama-50f19328a5a1-d9298a10d1b0-too'])(
    'are not mistaken in %s',
    (name) => {
      expect(isOwnedBy(name, '50f19328a5a1')).toBe(false);
      expect(isStartedBy(name, 'a')).toBe(false);
    },
  );

  test('of a job begin with a given prefix', () => {
    const resource = { StackId: stackId('models'), LogicalResourceId: 'Llama' };
    expect(generatedName(resource, 'a', 'team.search+')).toMatch(
      /^team\.search\+-[0-9a-f]{12}-[0-9a-f]{12}$/,
    );
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
  test('does not depend on the order of keys', () => {
    const a = { ...definition, triggers: { x: '1', y: '2' } };
    const b = { triggers: { y: '2', x: '1' }, ...definition };
    expect(definitionHash(a)).toBe(definitionHash(b));
  });

  test('does not depend on a slash at the end of the source, nor on what is empty', () => {
    const withoutSlash = { ...definition, s3Uri: 's3://bucket/prefix' };
    const withNothing = { ...definition, triggers: {}, kmsKeyArn: undefined };
    expect(definitionHash(withoutSlash)).toBe(definitionHash(definition));
    expect(definitionHash(withNothing)).toBe(definitionHash(definition));
  });

  test('does not depend on how the weights are read', () => {
    const read = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'], roleArn: 'other' };
    expect(definitionHash({ ...definition, ...read })).toBe(definitionHash(definition));
  });

  test('depends on every other value', () => {
    const hashes = [
      definition,
      { ...definition, kmsKeyArn: 'a' },
      { ...definition, s3Uri: 's3://bucket/prefix/deeper/' },
      { ...definition, importedModelName: 'a' },
      { ...definition, triggers: { a: '1' } },
      { ...definition, triggers: { a: '2' } },
    ].map(definitionHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test('marks are read back from tags, among those of others', () => {
  const marks = { owner: 'o', request: 'r', definition: 'd', replaces: '', retain: 'false' };
  const properties = { tags: [{ key: 'team', value: 'x' }] } as Parameters<typeof tagsWith>[1];
  expect(readMarks(tagsWith(marks, properties))).toEqual(marks);
});
