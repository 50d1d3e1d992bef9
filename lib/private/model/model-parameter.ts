import type { Stack } from 'aws-cdk-lib';
import { Stage, Token } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct, IConstruct } from 'constructs';
import { stackAround } from './stack-around';
import { ValidationError, validateText } from '../validation';

/** The parameters that the models of a stage publish, and those that references of it read. */
interface Parameters {
  readonly written: Map<string, Stack[]>;
  readonly read: Map<string, Stack[]>;
}

const stages = new WeakMap<IConstruct, Parameters>();

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
function parameterNameRule(name: string): string | undefined {
  const isName = /^[\w./-]{1,1011}$/.test(name) && (!name.includes('/') || name.startsWith('/'));
  const isReserved = /^\/?(?:aws|ssm)/i.test(name);
  return isName && !isReserved && !name.endsWith('/') && name.split('/').length <= 16
    ? undefined
    : 'must be the name of a parameter like /models/llama, of letters, digits and any of ._-/, which does not begin with aws or ssm';
}

/** Writes the ARN of a model to a parameter of the model's stack, once for each name. */
export function writeParameter(model: Construct, parameterName: string, arn: string): ssm.StringParameter {
  validateText('parameterName', parameterName, parameterNameRule);
  if (Token.isUnresolved(parameterName)) {
    throw new ValidationError("'parameterName' must be known at synthesis, got a token", model.node.path);
  }
  const id = `Parameter${parameterName.replace(/\//g, '-')}`;
  const existing = model.node.tryFindChild(id);
  if (existing) {
    return existing as ssm.StringParameter;
  }
  note(model, parameterName, 'written');
  // eslint-disable-next-line cdk/no-variable-construct-id -- one for each name, a part of the model
  return new ssm.StringParameter(model, id, {
    parameterName,
    stringValue: arn,
    description: 'The ARN of an imported model of Amazon Bedrock',
  });
}

/** What the parameter says when the stack of a scope is deployed. */
export function readParameter(scope: Construct, parameterName: string): string {
  validateText('parameterName', parameterName, parameterNameRule);
  note(scope, parameterName, 'read');
  return ssm.StringParameter.valueForStringParameter(scope, parameterName);
}

/** Has a stack that reads a parameter deployed after the one that writes it, in whatever order the app makes them. */
function note(scope: IConstruct, name: string, kind: keyof Parameters): void {
  if (Token.isUnresolved(name)) {
    return;
  }
  const stage = Stage.of(scope) ?? scope.node.root;
  const parameters: Parameters = stages.get(stage) ?? { written: new Map(), read: new Map() };
  stages.set(stage, parameters);
  const stack = stackAround(scope);
  const other = parameters[kind === 'read' ? 'written' : 'read'].get(name) ?? [];
  for (const each of other.filter(({ environment }) => environment === stack.environment)) {
    if (each === stack) {
      throw new ValidationError(
        `'parameterName' must be read in another stack than the one that publishes it, got: '${name}', published in ${stack.node.path}; use the model itself there`,
        scope.node.path,
      );
    }
    const [reader, writer] = kind === 'read' ? [stack, each] : [each, stack];
    dependOn(reader, writer);
  }
  const same = parameters.written.get(name)?.find(({ environment }) => environment === stack.environment);
  if (kind === 'written' && same) {
    throw new ValidationError(
      `'parameterName' must be published once in an account and Region, got: '${name}', published in ${same.node.path}`,
      scope.node.path,
    );
  }
  parameters[kind].set(name, [...(parameters[kind].get(name) ?? []), stack]);
}

/** By the name that newer versions of the CDK have for it. */
function dependOn(stack: Stack, other: Stack): void {
  const reason = 'reads the ARN of a model from a parameter';
  const newer = stack as { addStackDependency?: (target: Stack, reason: string) => void };
  if (newer.addStackDependency) {
    newer.addStackDependency(other, reason);
  } else {
    stack.addDependency(other, reason);
  }
}
