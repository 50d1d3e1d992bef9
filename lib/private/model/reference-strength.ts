import type { CfnResource } from 'aws-cdk-lib';

/** A resource of a version of the CDK that knows weak references. */
interface WithReferenceStrength {
  applyCrossStackReferenceStrength?(strength: unknown): void;
}

/**
 * Hands on what `CrossStackReferences.of(model).produce(…)` says, which goes to the model's default child: the
 * attributes of the model are those of the resource that waits for it.
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
