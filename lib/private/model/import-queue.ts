import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { referencesIn, render } from './template';

interface Import {
  readonly model: IConstruct;
  /** The resource that starts it. */
  readonly start: CfnResource;
  /** What ends with it. */
  readonly end: IConstruct;
}

/**
 * The imports of a provider, one after another in the order of their creation, because Bedrock runs one at a time in an
 * account and Region. Without this, the later ones would use up their timeout while they wait for the import slot.
 */
export class ImportQueue {
  private readonly imports: Import[] = [];

  constructor(private readonly scope: Construct) {
    scope.node.addValidation({ validate: () => (this.imports.length > 1 ? this.validate() : []) });
  }

  public add(next: Import): void {
    const last = this.imports.at(-1);
    if (last) {
      next.start.node.addDependency(last.end);
    }
    this.imports.push(next);
  }

  /** CloudFormation would name the resources of a circular dependency, but not its cause. */
  private validate(): string[] {
    const dependencies = dependenciesIn(Stack.of(this.scope));
    const idOf = ({ start }: Import): string => Stack.of(start).resolve(start.logicalId) as string;
    return this.imports.flatMap((each, index) => {
      const reached = reachableFrom(idOf(each), dependencies);
      const later = this.imports.slice(index + 1).find((other) => reached.has(idOf(other)));
      return later
        ? `${each.model.node.path} depends on ${later.model.node.path}, which is imported after it: models are imported in the order in which the app creates them, so create ${later.model.node.path} first`
        : [];
    });
  }
}

/** What each resource of a stack depends on, by logical IDs. */
function dependenciesIn(stack: Stack): Map<string, string[]> {
  const resources = stack.node
    .findAll()
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && child.stack === stack);
  return new Map(
    resources.map((resource) => [
      stack.resolve(resource.logicalId) as string,
      referencesIn(render(resource)).map(({ logicalId }) => logicalId),
    ]),
  );
}

function reachableFrom(logicalId: string, dependencies: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [logicalId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const news = (dependencies.get(id) ?? []).filter((next) => !reached.has(next));
    news.forEach((next) => reached.add(next));
    open.push(...news);
  }
  return reached;
}
