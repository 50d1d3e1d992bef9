import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type IAMClientConfig,
} from '@aws-sdk/client-iam';
import { statementsOf, type Statement } from '../iam/policy';
import type { Role, RoleStatement } from '../iam/role';

/** Reads a role with its policies, as it is now. Undefined: there is none. */
export async function readRole(config: IAMClientConfig, name: string): Promise<Role | undefined> {
  const client = new IAMClient(config);
  try {
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName: name }));
    const boundary = role!.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      arn: role!.Arn!,
      statements: [...(await inlineStatements(client, name)), ...(await attachedStatements(client, name))],
      boundary: boundary ? await managedStatements(client, boundary) : undefined,
      trust: parse(role!.AssumeRolePolicyDocument),
    };
  } catch (error) {
    if (/^NoSuchEntity/.test((error as Error).name)) {
      return undefined;
    }
    throw error;
  } finally {
    client.destroy();
  }
}

async function inlineStatements(client: IAMClient, RoleName: string): Promise<RoleStatement[]> {
  const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName }));
  const policies = PolicyNames!.map(async (PolicyName) => {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return parse(PolicyDocument).map((statement) => ({ policy: PolicyName, statement }));
  });
  return (await Promise.all(policies)).flat();
}

async function attachedStatements(client: IAMClient, RoleName: string): Promise<RoleStatement[]> {
  const { AttachedPolicies } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const policies = AttachedPolicies!.map(async ({ PolicyArn }) => {
    const statements = await managedStatements(client, PolicyArn!);
    return statements.map((statement) => ({ policy: PolicyArn!, statement }));
  });
  return (await Promise.all(policies)).flat();
}

async function managedStatements(client: IAMClient, PolicyArn: string): Promise<readonly Statement[]> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
  const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy!.DefaultVersionId });
  return parse((await client.send(version)).PolicyVersion!.Document);
}

/** IAM sends documents as they stand in URLs. */
function parse(document: string | undefined): readonly Statement[] {
  return statementsOf(decodeURIComponent(document!));
}
