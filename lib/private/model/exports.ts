import { Annotations, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { referencesIn, render, type TemplateReference } from './template';

const GUIDE =
  'https://github.com/cdk-bedrock-model-import/cdk-bedrock-model-import/blob/main/docs/handing-a-model-over.md';

/** The custom resource with which CDK exports to other Regions. It refuses changes too. */
const CROSS_REGION_EXPORTS = 'Custom::CrossRegionExportWriter';

/**
 * Warns when an attribute of a model leaves its stack by an export. CloudFormation changes no export that
 * is in use, so that the next import would fail once it is done, after hours.
 */
export function warnOfExports(model: IConstruct, resource: CfnResource): void {
  model.node.addValidation({
    validate: () => {
      const { stack, logicalId } = resource;
      const id = stack.resolve(logicalId) as string;
      if (leaves(stack, (reference) => reference.logicalId === id)) {
        Annotations.of(model).addWarningV2(
          'cdk-bedrock-model-import:export',
          `Another stack takes an attribute of this model by an export, which cannot change while it is in use: the next import will fail when it is done. Hand the model over as ${GUIDE} says`,
        );
      }
      return [];
    },
  });
}

function leaves(stack: Stack, isOurs: (reference: TemplateReference) => boolean): boolean {
  const children = stack.node.findAll().filter((child) => Stack.of(child) === stack);
  const outputs = children
    .filter((child) => child instanceof CfnOutput)
    .filter(({ value }) => referencesIn(stack.resolve(value)).some(isOurs));
  return (
    outputs.some(({ exportName }) => exportName !== undefined) ||
    children.filter(isCrossRegionExport).some((child) => referencesIn(render(child)).some(isOurs)) ||
    leavesParent(stack, outputs)
  );
}

/** Whether an output of a nested stack leaves the stack around it. */
function leavesParent({ nestedStackParent, nestedStackResource }: Stack, outputs: CfnOutput[]): boolean {
  if (!nestedStackParent || !nestedStackResource || outputs.length === 0) {
    return false;
  }
  const nested = nestedStackParent.resolve(nestedStackResource.logicalId) as string;
  const attributes = outputs.map(({ stack, logicalId }) => `Outputs.${stack.resolve(logicalId) as string}`);
  return leaves(
    nestedStackParent,
    ({ logicalId, attribute }) => logicalId === nested && attributes.includes(attribute ?? ''),
  );
}

function isCrossRegionExport(child: IConstruct): child is CfnResource {
  return CfnResource.isCfnResource(child) && child.cfnResourceType === CROSS_REGION_EXPORTS;
}
