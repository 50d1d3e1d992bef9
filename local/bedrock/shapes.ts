import { BedrockException } from './exceptions';

/** What a value must be, in the words of AWS's service models. */
export type Shape =
  | StringShape
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'timestamp' }
  | { readonly type: 'any' }
  | { readonly type: 'list'; readonly member: Shape; readonly min: number; readonly max: number }
  | StructureShape;

interface StringShape {
  readonly type: 'string';
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** The pattern as AWS documents it, which may take exponential time on hostile input. */
  readonly documented?: string;
}

export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** Refuses an input as AWS's services do, with all that is wrong with it. */
export function validate(shape: StructureShape, input: unknown): void {
  const errors = violations(shape, input, '');
  if (errors.length > 0) {
    const count = `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: `;
    throw new BedrockException('ValidationException', count + errors.join('; '));
  }
}

function violations(shape: Shape, value: unknown, path: string): string[] {
  const fails = (constraint: string): string =>
    `Value ${quote(value)} at '${path}' failed to satisfy constraint: Member must ${constraint}`;
  switch (shape.type) {
    case 'any':
      return [];
    case 'string':
      return typeof value === 'string' ? stringRules(shape, value).map(fails) : [fails('be a string')];
    case 'enum':
      return shape.values.includes(value as string)
        ? []
        : [fails(`satisfy enum value set: [${shape.values.join(', ')}]`)];
    case 'integer':
      return Number.isInteger(value)
        ? rangeRules('value', value as number, shape).map(fails)
        : [fails('be an integer')];
    case 'timestamp':
      return Number.isNaN(new Date(value as string).getTime()) ? [fails('be a timestamp')] : [];
    case 'list':
      return Array.isArray(value)
        ? [
            ...rangeRules('length', value.length, shape).map(fails),
            ...value.flatMap((each, index) => violations(shape.member, each, `${path}.${index + 1}.member`)),
          ]
        : [fails('be a list')];
    case 'structure':
      return isStructure(value) ? memberViolations(shape, value, path) : [fails('be a structure')];
  }
}

function memberViolations(shape: StructureShape, value: Record<string, unknown>, path: string): string[] {
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const memberPath = path ? `${path}.${name}` : name;
    if (value[name] !== undefined && value[name] !== null) {
      return violations(member, value[name], memberPath);
    }
    return shape.required.includes(name)
      ? [`Value null at '${memberPath}' failed to satisfy constraint: Member must not be null`]
      : [];
  });
}

function stringRules(shape: StringShape, value: string): string[] {
  const matches = !shape.pattern || shape.pattern.test(value);
  return [
    ...rangeRules('length', value.length, shape),
    ...(matches ? [] : [`satisfy regular expression pattern: ${shape.documented}`]),
  ];
}

function rangeRules(what: string, size: number, { min, max }: { min: number; max: number }): string[] {
  return [
    ...(size > max ? [`have ${what} less than or equal to ${max}`] : []),
    ...(size < min ? [`have ${what} greater than or equal to ${min}`] : []),
  ];
}

function isStructure(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quote(value: unknown): string {
  return `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
}
