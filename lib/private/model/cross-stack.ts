import type { Stack } from 'aws-cdk-lib';
import {
  Annotations,
  CfnElement,
  CfnOutput,
  DefaultTokenResolver,
  Reference,
  Stage,
  StringConcat,
  Tokenization,
  type CfnResource,
  type IResolvable,
  type IResolveContext,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { stackAround } from './stack-around';

const GUIDE =
  'https://github.com/cdk-bedrock-model-import/cdk-bedrock-model-import/blob/main/docs/handing-a-model-over.md';

/** What CloudFormation calls a reference to another stack. */
const IMPORT = 'Fn::ImportValue';
const OUTPUT = 'Fn::GetStackOutput';

/** The resources of the models of a stage, and the construct that a warning about one names. */
const models = new WeakMap<IConstruct, Map<CfnResource, IConstruct>>();

/**
 * Warns when another stack uses an attribute of a model. The next import changes it: where the reference is an export,
 * CloudFormation refuses that once the import is done, after hours; where it is a weak one, the other stack keeps the
 * ARN of a model that is deleted, and the CLI skips its deployment, because its template has not changed.
 *
 * All stacks of a stage are searched once, for all of its models.
 */
export function warnOfCrossStackUse(model: IConstruct, resource: CfnResource): void {
  const stage = Stage.of(model) ?? model.node.root;
  let known = models.get(stage);
  if (!known) {
    known = new Map();
    models.set(stage, known);
    const search = new Search(stage, known);
    stage.node.addValidation({ validate: () => search.warn() });
  }
  known.set(resource, model);
}

/** How an attribute reaches another stack. */
interface Use {
  readonly consumer: Stack;
  readonly isWeak: boolean;
}

class Search {
  constructor(
    private readonly stage: IConstruct,
    private readonly models: ReadonlyMap<CfnResource, IConstruct>,
  ) {}

  public warn(): string[] {
    for (const [resource, uses] of this.uses()) {
      const model = this.models.get(resource)!;
      const producer = stackAround(resource.stack);
      for (const { consumer, isWeak } of uses.values()) {
        Annotations.of(model).addWarningV2(
          isWeak ? 'cdk-bedrock-model-import:weakReference' : 'cdk-bedrock-model-import:export',
          message(producer, consumer, isWeak),
        );
      }
    }
    return [];
  }

  /** The stacks that use each model, by their paths. */
  private uses(): Map<CfnResource, Map<string, Use>> {
    const found = new Map<CfnResource, Map<string, Use>>();
    const add = (resource: CfnResource, consumer: Stack, isWeak: boolean): void => {
      const uses = found.get(resource) ?? new Map<string, Use>();
      const { path } = consumer.node;
      // Where both kinds are there, the export is what fails.
      uses.set(path, { consumer, isWeak: isWeak && (uses.get(path)?.isWeak ?? true) });
      found.set(resource, uses);
    };
    const outputs = this.outputs();
    for (const element of elementsOf(this.stage)) {
      const consumer = stackAround(element.stack);
      const { references, template } = resolve(element);
      for (const { target, rendered } of references) {
        const isTopLevel = element.stack === consumer;
        // A nested stack gets it as a parameter from the stack around it, whose template tells how it comes.
        if (this.models.has(target) && stackAround(target.stack) !== consumer && isTopLevel) {
          add(
            target,
            consumer,
            waysIn(rendered).some(({ isWeak }) => isWeak),
          );
        }
      }
      // What the app has written by hand.
      for (const { name, stackName, isWeak } of waysIn(template)) {
        const known = outputs.filter((output) => output.matches(name, stackName));
        known
          .filter(({ stack }) => stackAround(stack) !== consumer)
          .forEach(({ resource }) => add(resource, consumer, isWeak));
      }
    }
    return found;
  }

  /** The outputs that hold an attribute of a model. */
  private outputs(): ModelOutput[] {
    return elementsOf(this.stage).flatMap((element) => {
      if (!(element instanceof CfnOutput)) {
        return [];
      }
      const { stack, logicalId, exportName } = element;
      const { references } = resolve(element);
      const resources = references.map(({ target }) => target).filter((target) => this.models.has(target));
      const own = stack.resolve(logicalId) as string;
      return resources.map((resource) => ({
        resource,
        stack,
        matches: (name: string, stackName?: string) =>
          stackName === undefined ? name === exportName : name === own && stackName === stack.stackName,
      }));
    });
  }
}

interface ModelOutput {
  readonly resource: CfnResource;
  readonly stack: Stack;
  matches(name: string, stackName?: string): boolean;
}

function message(producer: Stack, consumer: Stack, isWeak: boolean): string {
  const from = `Stack ${consumer.node.path} uses an attribute of this model of stack ${producer.node.path} by`;
  const what = isWeak
    ? `a weak reference, which changes without a change of the template: after the next import, cdk deploy skips ${consumer.node.path} ("no changes"), and it keeps the ARN of a deleted model, until it is deployed with --force`
    : `an export, which CloudFormation does not change while it is in use: the next import will fail when it is done`;
  return `${from} ${what}. Write model.publishArn('/models/name') in ${producer.node.path}, and ImportedModel.fromParameterName(stack, id, '/models/name') in ${consumer.node.path}: ${GUIDE}`;
}

function elementsOf(stage: IConstruct): CfnElement[] {
  const visit = (node: IConstruct): IConstruct[] => [
    node,
    ...node.node.children.filter((child) => !Stage.isStage(child)).flatMap(visit),
  ];
  return visit(stage).filter((node): node is CfnElement => CfnElement.isCfnElement(node));
}

/** A reference as the app wrote it, and what the template of the element says instead. */
interface RenderedReference {
  readonly target: CfnResource;
  readonly rendered: unknown;
}

function resolve(element: CfnElement): { references: RenderedReference[]; template: unknown } {
  const resolver = new CollectingResolver();
  const options = { scope: element, resolver, preparing: false };
  const template: unknown = Tokenization.resolve(element._toCloudFormation(), options);
  return { references: resolver.references, template };
}

class CollectingResolver extends DefaultTokenResolver {
  public readonly references: RenderedReference[] = [];

  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(
    token: IResolvable,
    context: IResolveContext,
    postProcessor: Parameters<DefaultTokenResolver['resolveToken']>[2],
  ): unknown {
    const rendered: unknown = super.resolveToken(token, context, postProcessor);
    // The token of `Stack.consumeReference` wraps the reference.
    const { reference = token } = token as { readonly reference?: unknown };
    if (Reference.isReference(reference)) {
      this.references.push({ target: reference.target as CfnResource, rendered });
    }
    return rendered;
  }
}

interface Way {
  readonly name: string;
  readonly stackName?: string;
  readonly isWeak: boolean;
}

/** The references to other stacks in a part of a template, as far as they name one. */
function waysIn(part: unknown): Way[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    if (key === IMPORT) {
      return [{ name: String(value), isWeak: false }];
    }
    if (key === OUTPUT) {
      const { StackName, OutputName } = value as { StackName?: unknown; OutputName?: unknown };
      return [{ name: String(OutputName), stackName: String(StackName), isWeak: true }];
    }
    return waysIn(value);
  });
}
