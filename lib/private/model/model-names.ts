import { Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { stackAround } from './stack-around';

interface NamedModel {
  readonly model: IConstruct;
  readonly name: string;
}

const stages = new WeakMap<IConstruct, NamedModel[]>();

/**
 * Refuses a name that two models of one deployment have. The second import would fail after the first one is done, and
 * both would be rolled back. The names of models are unique in an account and Region.
 */
export function validateUniqueName(model: IConstruct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  const stage = Stage.of(model) ?? model.node.root;
  const named = stages.get(stage) ?? [];
  stages.set(stage, named);
  named.push({ model, name });
  model.node.addValidation({
    validate: () => {
      const first = named.find(
        (other) => other.name === name && stackAround(other.model) === stackAround(model),
      )!.model;
      return first === model
        ? []
        : [`'importedModelName' must be unique in its stack, got: '${name}', which ${first.node.path} has`];
    },
  });
}
