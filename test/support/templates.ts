import { App, Stack, type Environment } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { WAITER_TYPE } from './resource-types';

/** Where stacks are that know where they are. */
export const ENV = { account: '123456789012', region: 'us-east-1' };

/** A resource of a synthesized template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
}

/** A statement of a synthesized policy. */
export interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface PolicyDocument {
  readonly Statement: Statement[];
}

/** A new stack in an app of its own. */
export function newStack(context: Record<string, unknown> = {}, env?: Environment): Stack {
  return new Stack(new App({ context }), 'Stack', { env });
}

/** All resources of a stack by logical ID. */
export function resourcesOf(stack: Stack): Record<string, Resource> {
  return (Template.fromStack(stack).toJSON() as { Resources?: Record<string, Resource> }).Resources ?? {};
}

/** The resources of one type, in the order of creation. */
export function resourcesOfType(stack: Stack, type: string): Resource[] {
  return Object.values(resourcesOf(stack)).filter(({ Type }) => Type === type);
}

/** The policy documents of a stack: policies, managed policies and those inside of roles. */
export function policyDocuments(stack: Stack): PolicyDocument[] {
  return Object.values(resourcesOf(stack)).flatMap(({ Type, Properties = {} }) => {
    if (Type === 'AWS::IAM::Role') {
      const inline = (Properties.Policies ?? []) as { PolicyDocument: PolicyDocument }[];
      return inline.map(({ PolicyDocument }) => PolicyDocument);
    }
    return Properties.PolicyDocument ? [Properties.PolicyDocument as PolicyDocument] : [];
  });
}

/** The statements that allow an action. */
export function statementsAllowing(stack: Stack, action: string): Statement[] {
  return policyDocuments(stack)
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => [Action].flat().includes(action));
}

/** Expects a custom resource that waits. */
export function hasWait(template: Template, properties: object): void {
  template.hasResourceProperties(WAITER_TYPE, properties);
}

/** Expects a statement in a policy beside a role. */
export function hasStatement(template: Template, statement: object): void {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
  });
}
