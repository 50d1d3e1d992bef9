import type { ActionRequest, ConditionContext } from '../../iam/policy';
import type { AccountState } from '../account-state';
import type { Body, Tag } from '../import-job';
import type { Operation } from '../inputs';
import { ACCOUNT_ID } from '../records';
import { decryptModel } from './model-key';

/** The name of the service in conditions and trust policies. */
export const BEDROCK = 'bedrock.amazonaws.com';

/** The ARN of a job or model that does not exist yet. */
export function newArn(type: 'model-import-job' | 'imported-model', region: string): string {
  return arnOf(type, 'new000000000', region);
}

/**
 * What an operation asks of its caller's policies.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
 */
export function callerRequests(
  account: AccountState,
  operation: Operation,
  input: Body,
  region: string,
): ActionRequest[] {
  const on = (resource: string): ActionRequest[] => [{ action: `bedrock:${operation}`, resource }];
  switch (operation) {
    case 'CreateModelImportJob':
      return creation(input, region);
    case 'ListModelImportJobs':
    case 'ListImportedModels':
      return on('*');
    case 'GetModelImportJob':
      return on(jobArn(account, input.jobIdentifier as string, region));
    case 'GetImportedModel':
    case 'DeleteImportedModel':
      return on(modelArn(account, input.modelIdentifier as string, region));
    case 'ListTagsForResource':
      return on(input.resourceARN as string);
    case 'TagResource':
    case 'UntagResource':
      return [{ ...on(input.resourceARN as string)[0], context: tagContext(tagsOf(input)) }];
    case 'InvokeModel':
    case 'Converse':
      return invocation(account, input.modelId as string, region);
  }
}

function creation(input: Body, region: string): ActionRequest[] {
  const [job, model] = [input.jobTags, input.importedModelTags].map((tags) => (tags ?? []) as Tag[]);
  const tagged = (tags: Tag[], type: Parameters<typeof newArn>[0]): ActionRequest[] =>
    tags.length > 0
      ? [{ action: 'bedrock:TagResource', resource: newArn(type, region), context: tagContext(tags) }]
      : [];
  return [
    { action: 'bedrock:CreateModelImportJob', resource: '*', context: tagContext([...job, ...model]) },
    // Many services ask for this where something is tagged at its creation. Bedrock does not say.
    ...tagged(job, 'model-import-job'),
    ...tagged(model, 'imported-model'),
    {
      action: 'iam:PassRole',
      resource: input.roleArn as string,
      context: { 'iam:PassedToService': BEDROCK },
    },
  ];
}

/** Converse is allowed by the same action as InvokeModel. */
function invocation(account: AccountState, modelId: string, region: string): ActionRequest[] {
  const key = account.records.model(modelId, region)?.importedModelKmsKeyArn;
  return [{ action: 'bedrock:InvokeModel', resource: modelId }, ...decryptModel(key, region)];
}

function jobArn({ records }: AccountState, identifier: string, region: string): string {
  return records.job(identifier, region)?.jobArn ?? arnOf('model-import-job', identifier, region);
}

function modelArn({ records }: AccountState, identifier: string, region: string): string {
  return records.model(identifier, region)?.modelArn ?? arnOf('imported-model', identifier, region);
}

/** The ARN of what an identifier names, which may be an ARN already. */
function arnOf(type: string, identifier: string, region: string): string {
  return identifier.startsWith('arn:')
    ? identifier
    : `arn:aws:bedrock:${region}:${ACCOUNT_ID}:${type}/${identifier}`;
}

/** The tags of a request, whichever way it names them. */
function tagsOf({ tags, tagKeys }: Body): { key: string; value?: string }[] {
  return (tags as Tag[] | undefined) ?? (tagKeys as string[]).map((key) => ({ key }));
}

/** A request without tags has no `aws:TagKeys`. */
function tagContext(tags: { key: string; value?: string }[]): ConditionContext {
  const values = tags.filter((tag): tag is Tag => tag.value !== undefined);
  return {
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ key }) => key) }),
    ...Object.fromEntries(values.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
  };
}
