import {
  CloudFormationClient,
  GetTemplateCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { LocalCloud } from '../../../local/cloud/cloud';

/** A deployed resource: what it is called, and its properties with the references in them resolved. */
export interface Deployed {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How the ARNs of a type begin, where a physical ID is not one. */
const ARNS: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'arn:aws:iam::000000000000:role/',
  'AWS::KMS::Key': 'arn:aws:kms:us-east-1:000000000000:key/',
  'AWS::Lambda::Function': 'arn:aws:lambda:us-east-1:000000000000:function:',
  'AWS::SQS::Queue': 'arn:aws:sqs:us-east-1:000000000000:',
};

/** A stack's resources. The emulator describes functions and state machines with less than they were made with. */
export async function deployedResources(
  cloud: LocalCloud,
  StackName: string,
  resources: readonly StackResourceSummary[],
): Promise<Deployed[]> {
  const client = new CloudFormationClient(cloud.clientConfig);
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName }));
  const template = JSON.parse(TemplateBody!) as { Resources: Record<string, { Properties?: object }> };
  const named = resources.map(({ LogicalResourceId, ResourceType, PhysicalResourceId }) => {
    // The physical ID of a queue is its URL.
    const name =
      ResourceType === 'AWS::SQS::Queue' ? PhysicalResourceId!.split('/').at(-1)! : PhysicalResourceId!;
    const arn = `${ARNS[ResourceType!] ?? ''}${name}`;
    return { logicalId: LogicalResourceId!, type: ResourceType!, physicalId: PhysicalResourceId!, arn };
  });
  return named.map((each) => ({
    ...each,
    properties: resolve(template.Resources[each.logicalId].Properties ?? {}, named) as Record<
      string,
      unknown
    >,
  }));
}

/** References to physical IDs and ARNs; other functions stay as they are. */
function resolve(value: unknown, named: readonly Omit<Deployed, 'properties'>[]): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, named));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  const found = named.find(({ logicalId }) => logicalId === (ref ?? attribute?.[0]));
  if (found) {
    return attribute?.[1] === 'Arn' ? found.arn : found.physicalId;
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, resolve(field, named)]));
}
