/** What of a CloudFormation template says in which order its resources are created. */
export interface OrderedTemplate {
  readonly Resources: Readonly<Record<string, OrderedResource>>;
}

interface OrderedResource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
}

/**
 * The longest chain of resources that CloudFormation creates one after another before it has created one
 * of a type, that one included, as logical IDs. Of several resources of the type, the one that is there first
 * counts.
 */
export function resourcesInSeries(template: OrderedTemplate, type: string): string[] {
  const chains = chainsOf(template);
  const ends = Object.keys(template.Resources).filter((id) => template.Resources[id].Type === type);
  if (ends.length === 0) {
    throw new Error(`The template has no resource of type ${type}`);
  }
  return ends.map(chains).reduce((shortest, chain) => (chain.length < shortest.length ? chain : shortest));
}

/** What tells the longest chain that ends with a resource. */
function chainsOf({ Resources }: OrderedTemplate): (id: string) => string[] {
  const known = new Map<string, string[]>();
  const open: string[] = [];
  const chain = (id: string): string[] => {
    if (open.includes(id)) {
      throw new Error(`Circular dependency: ${[...open, id].join(' -> ')}`);
    }
    if (!known.has(id)) {
      open.push(id);
      const before = [...dependenciesOf(Resources[id])].filter((name) => name in Resources).map(chain);
      open.pop();
      known.set(id, [...before.reduce((long, next) => (next.length > long.length ? next : long), []), id]);
    }
    return known.get(id)!;
  };
  return chain;
}

/** The logical IDs, and names of parameters, that a resource waits for. */
function dependenciesOf(resource: OrderedResource): Set<string> {
  const { DependsOn = [], ...rest } = resource;
  return new Set([...[DependsOn].flat(), ...namesIn(rest)]);
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    switch (key) {
      case 'Ref':
        return typeof inner === 'string' ? [inner] : namesIn(inner);
      case 'Fn::GetAtt':
        return [String([inner].flat()[0]).split('.')[0]];
      case 'Fn::Sub':
        return namesInText(inner);
      default:
        return namesIn(inner);
    }
  });
}

/** `Fn::Sub` takes a text, or a list of one and the values of names that are not resources. */
function namesInText(value: unknown): string[] {
  const [text, variables = {}] = [value].flat() as [string, Record<string, unknown>?];
  const names = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name.trim().split('.')[0]);
  return [...names.filter((name) => !(name in variables)), ...namesIn(variables)];
}
