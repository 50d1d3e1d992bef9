import type { Role } from '../../iam/role';
import type { AccountState } from '../account-state';
import { decide } from '../answers';
import { BedrockException } from '../exceptions';
import type { Body } from '../import-job';
import type { Operation } from '../inputs';
import { keyArn } from '../key-arn';
import { callerRequests } from './caller-requests';
import { judgeImportRole } from './judge-import-role';
import { encryptModel } from './model-key';
import { requireAllowed } from './verdict';

/** A call of an operation. */
export interface JudgedCall {
  readonly operation: Operation;
  readonly input: Body;
  readonly region: string;
  readonly accessKeyId?: string;
}

/** Refuses a call that the caller's policies do not allow, or that the import role cannot serve. */
export function judge(account: AccountState, call: JudgedCall): void {
  const { operation, input, region, accessKeyId } = call;
  if (!account.iam) {
    return;
  }
  const caller = account.iam.callerOf(accessKeyId);
  if (!caller) {
    const message = 'The security token included in the request is invalid.';
    throw new BedrockException('UnrecognizedClientException', message);
  }
  if (caller !== 'root') {
    requireAllowed(account, caller, callerRequests(account, operation, input, region));
  }
  if (operation === 'CreateModelImportJob') {
    judgeKey(account, caller, input, region);
    judgeImportRole(account, account.iam, input, region);
  }
}

function judgeKey(account: AccountState, caller: Role | 'root', input: Body, region: string): void {
  const key = keyArn(input.importedModelKmsKeyId as string | undefined, region);
  if (key && caller !== 'root' && decide(account, 'modelKey') !== "the import role's") {
    requireAllowed(account, caller, encryptModel(key, region));
  }
}
