import type { CfnResource } from 'aws-cdk-lib';

/** A resource of a version of the CDK that knows weak references. */
interface WithReferenceStrength {
  applyCrossStackReferenceStrength?(strength: unknown): void;
}

/**
 * Forwards `CrossStackReferences.of(model).produce(…)` from the model's default child to the waiter's resource, which has
 * most attributes of the model.
 */
export function forwardReferenceStrength(from: CfnResource, to: CfnResource): void {
  const [source, target] = [from, to] as WithReferenceStrength[];
  const apply = source.applyCrossStackReferenceStrength?.bind(source);
  if (apply) {
    source.applyCrossStackReferenceStrength = (strength) => {
      apply(strength);
      target.applyCrossStackReferenceStrength?.(strength);
    };
  }
}
