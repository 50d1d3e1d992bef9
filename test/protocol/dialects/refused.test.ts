import { listOf, type Statement } from '../../../local/iam/policy';
import { silenceLog } from '../../support/log';
import {
  allow,
  CALLER_STATEMENTS,
  iamOf,
  IMPORT_STATEMENTS,
  importRole,
  KEY,
  KEY_ACTIONS,
  roleWith,
  throughService,
} from '../../support/iam';
import { useModelStack } from '../../support/model-stack';

/** How an import fails when a permission is missing. */

silenceLog();
const stack = useModelStack();

const useKey = (actions = KEY_ACTIONS): Statement => throughService(actions, KEY, 'bedrock');
const CALLER = [...CALLER_STATEMENTS, useKey()];
const ROLE = [...IMPORT_STATEMENTS, useKey()];

const without = (statements: readonly Statement[], action: string): Statement[] =>
  statements.map((each) => ({ ...each, Action: listOf(each.Action).filter((other) => other !== action) }));

/** Creates a model with these policies, where both permissions on the key count. */
async function create(caller: Statement[], role: Statement[]): Promise<{ status: string; reason?: string }> {
  stack.speak({ modelKey: 'both', sourceAccess: 'HeadBucket first' });
  stack.standIn.account.iam = iamOf(roleWith('functions', caller), importRole(role));
  const { status, reason } = await stack.request('Create', { definition: { kmsKeyArn: KEY } }).answered();
  expect(stack.jobs()).toHaveLength(status === 'SUCCESS' ? 1 : 0);
  return { status, reason };
}

test('with all permissions a model is imported', async () => {
  expect(await create(CALLER, ROLE)).toMatchObject({ status: 'SUCCESS' });
});

test.each(['bedrock:CreateModelImportJob', 'bedrock:TagResource', 'iam:PassRole', ...KEY_ACTIONS])(
  'a caller without %s fails, and the reason names it',
  async (action) => {
    const { status, reason } = await create(without(CALLER, action), ROLE);
    expect(status).toBe('FAILED');
    expect(reason).toContain(action);
  },
);

test.each(['s3:GetObject', 's3:ListBucket', ...KEY_ACTIONS])(
  'an import role without %s fails, and the reason names it',
  async (action) => {
    const { status, reason } = await create(CALLER, without(ROLE, action));
    expect(status).toBe('FAILED');
    expect(reason).toContain(action);
  },
);

test('an import role whose policy is limited to other weights fails, and the reason names the bucket', async () => {
  const { reason } = await create(CALLER, [useKey(), allow('s3:*', 'arn:aws:s3:::other/*')]);
  expect(reason).toContain('arn:aws:s3:::weights');
});
