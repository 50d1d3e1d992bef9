import type * as iam from 'aws-cdk-lib/aws-iam';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/** The policies of a role as of synthesis, for constructs that already refer to the role itself. */
export function policiesOf(role: iam.IRole): IDependable {
  const policies: IDependable = {};
  Dependable.implement(policies, {
    get dependencyRoots(): IConstruct[] {
      return role.node.children.filter((child) => child !== role.node.defaultChild);
    },
  });
  return policies;
}
