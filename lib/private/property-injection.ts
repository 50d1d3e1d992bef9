import { PropertyInjectors } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * The props of a construct after property injection: the injector for it that is nearest in the tree may change
 * them. CDK does the same with a decorator, whose module is not a part of its public API.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
 */
export function injectProps<Props>(uniqueId: string, props: Props, scope: Construct, id: string): Props {
  for (let each: IConstruct | undefined = scope; each; each = each.node.scope) {
    const injector = PropertyInjectors.hasPropertyInjectors(each)
      ? PropertyInjectors.of(each).for(uniqueId)
      : undefined;
    if (injector) {
      return injector.inject(props, { scope, id }) as Props;
    }
  }
  return props;
}
