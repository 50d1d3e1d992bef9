import type { BedrockAccount } from '../../../../local/bedrock/account';
import type { Dialect } from '../../../../local/bedrock/dialect';
import type { Body } from '../../../../local/bedrock/import-job';
import type { Operation } from '../../../../local/bedrock/inputs';
import { listOf, type Statement } from '../../../../local/iam/policy';
import type { Role } from '../../../../local/iam/role';
import { CREATION, messageOf, MINUTE, outcomeOf, START, useAccounts } from '../../../support/bedrock-account';
import {
  allow,
  BEDROCK_MAY_ASSUME,
  CALLER_STATEMENTS,
  iamOf,
  IMPORT_STATEMENTS,
  importRole,
  KEY,
  KEY_ACTIONS,
  roleWith,
  throughService,
} from '../../../support/iam';

const { clock, speaking } = useAccounts();

const TAGS = [{ key: 'team', value: 'search' }];
const REQUEST: Body = { ...CREATION, jobTags: TAGS, importedModelTags: TAGS };
const useKey = (service = 'bedrock', actions = KEY_ACTIONS): Statement =>
  throughService(actions, KEY, service);

/** An account with a caller and an import role that may do these things. */
function accountWith(
  caller: readonly Statement[] = CALLER_STATEMENTS,
  role: Role | undefined = importRole(),
  answers: Partial<Dialect> = {},
): BedrockAccount {
  return speaking(answers, { iam: iamOf(roleWith('caller', [...caller]), role) });
}

const imports = (account: BedrockAccount, input: Body = {}): string =>
  messageOf(() => account.perform('CreateModelImportJob', { ...REQUEST, ...input })) || 'done';

/** The statements without an action. */
const without = (statements: readonly Statement[], action: string): Statement[] =>
  statements.map((statement) => ({
    ...statement,
    Action: listOf(statement.Action).filter((each) => each !== action),
  }));

/** All that a caller does in the life of a model. */
function live(account: BedrockAccount): string {
  const jobArn = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/job000000001';
  const modelArn = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
  const calls: [Operation, Body][] = [
    ['CreateModelImportJob', REQUEST],
    ['GetModelImportJob', { jobIdentifier: jobArn }],
    ['GetModelImportJob', { jobIdentifier: CREATION.jobName }],
    ['ListModelImportJobs', {}],
    ['GetImportedModel', { modelIdentifier: CREATION.importedModelName }],
    ['ListImportedModels', {}],
    ['ListTagsForResource', { resourceARN: jobArn }],
    ['TagResource', { resourceARN: modelArn, tags: TAGS }],
    ['UntagResource', { resourceARN: modelArn, tagKeys: ['team'] }],
    ['InvokeModel', { modelId: modelArn, body: '{}' }],
    ['DeleteImportedModel', { modelIdentifier: modelArn }],
  ];
  for (const [operation, input] of calls) {
    const message = messageOf(() => account.perform(operation, input));
    if (message) {
      return message;
    }
  }
  return 'done';
}

describe('the caller', () => {
  test('may do what its policies allow', () => {
    expect(live(accountWith())).toBe('done');
  });

  test.each(CALLER_STATEMENTS.flatMap(({ Action }) => listOf(Action)))(
    'is refused without %s, and the refusal names it',
    (action) => {
      expect(live(accountWith(without(CALLER_STATEMENTS, action)))).toContain(
        `is not authorized to perform: ${action} on resource: `,
      );
    },
  );

  test('needs the permission to tag only for what is tagged', () => {
    const untagging = without(CALLER_STATEMENTS, 'bedrock:TagResource');
    expect(imports(accountWith(untagging), { jobTags: [], importedModelTags: undefined })).toBe('done');
    expect(imports(accountWith(untagging), { jobTags: [] })).toContain('imported-model/');
    expect(imports(accountWith(untagging), { importedModelTags: [] })).toContain('model-import-job/');
  });

  test('may be held to its tags', () => {
    const held = (condition: Statement['Condition']): BedrockAccount =>
      accountWith([allow('*', '*', condition), allow('iam:PassRole', '*')]);
    expect(imports(held({ StringEquals: { 'aws:RequestTag/team': 'search' } }))).toBe('done');
    expect(imports(held({ StringEquals: { 'aws:RequestTag/team': 'chat' } }))).toContain(
      'CreateModelImportJob',
    );
    expect(imports(held({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } }))).toContain(
      'CreateModelImportJob',
    );
    expect(imports(held({ Null: { 'aws:TagKeys': true } }), { jobTags: [], importedModelTags: [] })).toBe(
      'done',
    );
  });

  test('hands its role to Bedrock, and to no other service', () => {
    const toLambda = allow('iam:PassRole', '*', {
      StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    });
    const account = accountWith([...without(CALLER_STATEMENTS, 'iam:PassRole'), toLambda]);
    expect(imports(account)).toContain('iam:PassRole on resource: arn:aws:iam::000000000000:role/import');
  });

  test('is nobody with a key that was never issued, and everybody as root', () => {
    const account = accountWith([]);
    const list = (accessKeyId?: string): string =>
      outcomeOf(() => account.perform('ListModelImportJobs', {}, 'us-east-1', accessKeyId));
    expect(list('ASIAUNKNOWN')).toBe('UnrecognizedClientException');
    expect(list('ASIAKNOWN')).toBe('AccessDeniedException');
    account.iam = iamOf('root', importRole());
    expect(list()).toBe('done');
    expect(imports(account, { importedModelKmsKeyId: KEY })).toBe('done');
  });

  test('decrypts a model under a key to invoke it', () => {
    const account = accountWith([...CALLER_STATEMENTS, useKey()]);
    const modelId = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
    expect(imports(account, { importedModelKmsKeyId: KEY })).toBe('done');
    const converse = (): string => messageOf(() => account.perform('Converse', { modelId, messages: [] }));
    expect(converse()).toBe('');
    account.iam = iamOf(roleWith('caller', [...CALLER_STATEMENTS]), importRole());
    expect(converse()).toContain(`kms:Decrypt on resource: ${KEY}`);
  });

  test('is refused by its boundary', () => {
    const caller = roleWith('caller', [...CALLER_STATEMENTS], { boundary: [allow('bedrock:*', '*')] });
    const account = speaking({}, { iam: iamOf(caller, importRole()) });
    expect(imports(account)).toContain('because no permissions boundary allows the iam:PassRole action');
  });
});

describe('the import role', () => {
  const withRole = (role: Role | undefined, answers: Partial<Dialect> = {}): BedrockAccount =>
    accountWith([...CALLER_STATEMENTS, useKey()], role, answers);

  test.each(['s3:GetObject', 's3:ListBucket'])('reads the weights with %s', (action) => {
    const account = withRole(importRole(without(IMPORT_STATEMENTS, action)));
    expect(imports(account)).toContain(`Could not validate ${action.slice(3)} permissions`);
    expect(imports(account)).toContain(action);
  });

  test('reads its own prefix, in buckets of its own account', () => {
    const source = (s3Uri: string): Body => ({ modelDataSource: { s3DataSource: { s3Uri } } });
    expect(imports(withRole(importRole()), source('s3://weights/llama'))).toBe('done');
    expect(imports(withRole(importRole()), source('s3://weights/qwen/'))).toContain('ListBucket');
    const account = withRole(importRole());
    account.iam = { ...account.iam!, bucket: () => ({ owner: '111111111111' }) };
    expect(imports(account)).toContain('ListBucket');
  });

  test('decrypts the weights, through Amazon S3', () => {
    const under = (role: Role): BedrockAccount => {
      const account = withRole(role);
      account.iam = { ...account.iam!, bucket: () => ({ owner: '000000000000', keyArn: KEY }) };
      return account;
    };
    const decrypting = importRole([...IMPORT_STATEMENTS, useKey('s3', ['kms:Decrypt'])]);
    expect(imports(under(decrypting))).toBe('done');
    expect(imports(under(importRole()))).toContain(`kms:Decrypt on resource: ${KEY}`);
  });

  test.each([
    ['is not there', undefined],
    ['trusts nobody', importRole(IMPORT_STATEMENTS, { trust: [] })],
    [
      'trusts Bedrock for another account',
      importRole(IMPORT_STATEMENTS, {
        trust: [
          { ...BEDROCK_MAY_ASSUME, Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } },
        ],
      }),
    ],
  ])('is invalid when it %s', (_, role) => {
    const account = speaking({}, { iam: iamOf(roleWith('caller', [...CALLER_STATEMENTS]), role) });
    expect(imports(account)).toMatch(/The provided role ARN is invalid.*sts:AssumeRole/);
  });

  test('has network interfaces in the VPC of the job, with the tags of Bedrock', () => {
    const vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const network = allow('ec2:*', '*');
    expect(imports(withRole(importRole([...IMPORT_STATEMENTS, network])), { vpcConfig })).toBe('done');
    expect(imports(withRole(importRole()), { vpcConfig })).toContain('ec2:DescribeNetworkInterfaces');
    const untagged = { ...network, Condition: { Null: { 'aws:RequestTag/BedrockManaged': true } } };
    expect(imports(withRole(importRole([...IMPORT_STATEMENTS, untagged])), { vpcConfig })).toContain(
      'ec2:CreateNetworkInterface',
    );
  });

  test.each([
    ['objects and listings', 'done'],
    ['HeadBucket first', 'Could not validate ListBucket permissions'],
  ] as const)('with a condition on the prefix alone, where Bedrock asks %s: %s', (sourceAccess, outcome) => {
    const [read] = IMPORT_STATEMENTS;
    const list = allow('s3:ListBucket', '*', { StringLike: { 's3:prefix': 'llama/*' } });
    expect(imports(withRole(importRole([read, list]), { sourceAccess }))).toContain(outcome);
  });
});

describe("the model's key", () => {
  test.each([
    ["the caller's", ['done', 'CreateGrant']],
    ["the import role's", ['CreateGrant', 'done']],
    ['both', ['CreateGrant', 'CreateGrant']],
  ] as const)('where %s permission counts', (modelKey, [byCaller, byRole]) => {
    const input = { importedModelKmsKeyId: KEY };
    const caller = accountWith([...CALLER_STATEMENTS, useKey()], importRole(), { modelKey });
    expect(imports(caller, input)).toContain(byCaller);
    const role = importRole([...IMPORT_STATEMENTS, useKey()]);
    expect(imports(accountWith(CALLER_STATEMENTS, role, { modelKey }), input)).toContain(byRole);
    const either = accountWith([...CALLER_STATEMENTS, useKey()], role, { modelKey });
    expect(imports(either, input)).toBe('done');
  });

  test.each(KEY_ACTIONS)('takes %s, and through Bedrock only', (action) => {
    const input = { importedModelKmsKeyId: KEY };
    const others = KEY_ACTIONS.filter((each) => each !== action);
    const message = `${action} on resource: ${KEY}`;
    expect(imports(accountWith([...CALLER_STATEMENTS, useKey('bedrock', others)]), input)).toContain(message);
    const elsewhere = [useKey('bedrock', others), useKey('s3', [action])];
    expect(imports(accountWith([...CALLER_STATEMENTS, ...elsewhere]), input)).toContain(message);
  });
});

describe('a statement that was made a moment ago', () => {
  const made = (newPolicy: Dialect['newPolicy']): BedrockAccount => {
    const caller = roleWith('caller', [...CALLER_STATEMENTS], { since: START });
    return speaking({ newPolicy }, { iam: iamOf(caller, importRole()) });
  };

  test('allows at once, or three minutes later', () => {
    expect(imports(made('at once'))).toBe('done');
    const account = made('late');
    expect(imports(account)).toContain('bedrock:CreateModelImportJob');
    clock.now += 3 * MINUTE;
    expect(imports(account)).toBe('done');
  });
});

test('each request to a policy is kept, with the role that it was made to', () => {
  const account = accountWith();
  imports(account);
  const kept = account.judged.map(({ roleArn, action }) => `${roleArn.split('/')[1]} ${action}`);
  expect(kept).toEqual([
    'caller bedrock:CreateModelImportJob',
    'caller bedrock:TagResource',
    'caller bedrock:TagResource',
    'caller iam:PassRole',
    'import s3:ListBucket',
    'import s3:GetObject',
  ]);
});
