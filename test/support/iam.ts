import type { Bucket, Iam } from '../../local/bedrock/iam/iam';
import type { Condition, Statement } from '../../local/iam/policy';
import type { Role } from '../../local/iam/role';

/** Roles of an account without an IAM of its own. */

const ACCOUNT = '000000000000';
const BEDROCK = 'arn:aws:bedrock:us-east-1:000000000000';

/** The key of a model, and what it takes to use it. */
export const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
export const KEY_ACTIONS = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'];

export function allow(
  action: string | string[],
  resource: string | string[],
  condition?: Condition,
): Statement {
  return { Effect: 'Allow', Action: action, Resource: resource, Condition: condition };
}

/** To use a key through one service, and nowhere else. */
export function throughService(action: string | string[], keyArn: string, service: string): Statement {
  return allow(action, keyArn, {
    StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
  });
}

export function roleWith(
  name: string,
  statements: Statement[],
  more: Partial<Role> & { since?: number } = {},
): Role {
  const { since, ...rest } = more;
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    statements: statements.map((statement) => ({ policy: 'Inline', statement, since })),
    trust: [],
    ...rest,
  };
}

/** What it takes to import, follow, tag, invoke and delete models. */
export const CALLER_STATEMENTS: readonly Statement[] = [
  allow(['bedrock:CreateModelImportJob', 'bedrock:ListImportedModels', 'bedrock:ListModelImportJobs'], '*'),
  allow('bedrock:GetModelImportJob', `${BEDROCK}:model-import-job/*`),
  allow(
    ['bedrock:DeleteImportedModel', 'bedrock:GetImportedModel', 'bedrock:InvokeModel'],
    `${BEDROCK}:imported-model/*`,
  ),
  allow(
    ['bedrock:ListTagsForResource', 'bedrock:TagResource', 'bedrock:UntagResource'],
    [`${BEDROCK}:model-import-job/*`, `${BEDROCK}:imported-model/*`],
  ),
  allow('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/import`, {
    StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' },
  }),
];

/** What the guide of import roles lists. */
export const IMPORT_STATEMENTS: readonly Statement[] = [
  allow('s3:GetObject', 'arn:aws:s3:::weights/llama/*', {
    StringEquals: { 'aws:ResourceAccount': ACCOUNT },
  }),
  allow('s3:ListBucket', 'arn:aws:s3:::weights', {
    StringEquals: { 'aws:ResourceAccount': ACCOUNT },
    StringLikeIfExists: { 's3:prefix': ['llama', 'llama/*'] },
  }),
];

export const BEDROCK_MAY_ASSUME: Statement = {
  Effect: 'Allow',
  Principal: { Service: 'bedrock.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: {
    StringEquals: { 'aws:SourceAccount': ACCOUNT },
    ArnEquals: { 'aws:SourceArn': `${BEDROCK}:model-import-job/*` },
  },
};

export function importRole(
  statements: readonly Statement[] = IMPORT_STATEMENTS,
  more: Partial<Role> = {},
): Role {
  return roleWith('import', [...statements], { trust: [BEDROCK_MAY_ASSUME], ...more });
}

/** To read all weights of a bucket. */
export const READ_ALL_WEIGHTS = allow(
  ['s3:GetObject', 's3:ListBucket'],
  ['arn:aws:s3:::weights', 'arn:aws:s3:::weights/*'],
);

/** An IAM with one caller and one import role. */
export function iamOf(caller: Role | 'root', role?: Role, bucket: Bucket = { owner: ACCOUNT }): Iam {
  return {
    callerOf: (accessKeyId) => (accessKeyId === 'ASIAUNKNOWN' ? undefined : caller),
    role: (arn) => (role?.arn === arn ? role : undefined),
    bucket: () => bucket,
  };
}
