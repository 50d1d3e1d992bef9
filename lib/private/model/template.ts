import { Stack, type CfnResource } from 'aws-cdk-lib';

/** A resource as the template will have it. */
interface RenderedResource {
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A part of a template that another part refers to. */
export interface TemplateReference {
  readonly logicalId: string;
  readonly attribute?: string;
}

/** A resource as the template will have it, after every override. */
export function render(resource: CfnResource): RenderedResource {
  const fragment = Stack.of(resource).resolve(resource._toCloudFormation()) as {
    Resources: Record<string, RenderedResource>;
  };
  return Object.values(fragment.Resources)[0];
}

/** What a part of a template refers to, by any of CloudFormation's ways. */
export function referencesIn(part: unknown): TemplateReference[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    switch (key) {
      case 'Ref':
        return [{ logicalId: String(value) }];
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = Array.isArray(value) ? value.map(String) : String(value).split('.');
        return [{ logicalId, attribute: attribute.join('.') }];
      }
      case 'Fn::Sub':
        return [...substitutionsIn([value].flat()[0]), ...referencesIn(value)];
      case 'DependsOn':
        return [value].flat().map((logicalId) => ({ logicalId: String(logicalId) }));
      default:
        return referencesIn(value);
    }
  });
}

function substitutionsIn(text: unknown): TemplateReference[] {
  return [...String(text).matchAll(/\$\{([^!}.]+)\.?([^}]*)\}/g)].map(([, logicalId, attribute]) => ({
    logicalId,
    attribute,
  }));
}
