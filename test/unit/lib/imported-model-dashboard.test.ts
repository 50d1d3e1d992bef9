import type { Stack } from 'aws-cdk-lib';
import Ajv from 'ajv';
import {
  ImportedModel,
  ImportedModelDashboard,
  ModelImportJobWaiter,
  type IImportedModel,
} from '../../../lib/index';
import { DASHBOARD_SCHEMA } from '../../support/dashboard-schema';
import { JOB_ARN } from '../../support/job';
import { newStack, resourcesOfType } from '../../support/templates';

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: { readonly title: string; readonly metrics: unknown[][] };
}

const ARN = 'arn:aws:bedrock:us-west-2:123456789012:imported-model/abc123def456';

/** The body that CloudWatch gets, with a word in place of what is known at deploy time only. */
function bodyOf(stack: Stack): { readonly widgets: Widget[] } {
  const [{ Properties }] = resourcesOfType(stack, 'AWS::CloudWatch::Dashboard');
  const body = Properties.DashboardBody as string | { 'Fn::Join': [string, unknown[]] };
  const parts = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'resolved')).join('');
  return JSON.parse(text) as { widgets: Widget[] };
}

function dashboardOf(...models: ((stack: Stack) => IImportedModel)[]): { readonly widgets: Widget[] } {
  const stack = newStack();
  new ImportedModelDashboard(stack, 'Dashboard', { models: models.map((make) => make(stack)) });
  return bodyOf(stack);
}

const imported = (stack: Stack): IImportedModel =>
  new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: JOB_ARN });
const reference = (stack: Stack): IImportedModel => ImportedModel.fromImportedModelArn(stack, 'Other', ARN);

test('its body is what CloudWatch takes', () => {
  const isValid = new Ajv({ strict: false }).compile(DASHBOARD_SCHEMA);
  isValid(dashboardOf(imported, reference));
  expect(isValid.errors).toBeNull();
});

test('the schema would find a widget without a Region', () => {
  const isValid = new Ajv({ strict: false }).compile(DASHBOARD_SCHEMA);
  expect(isValid({ widgets: [{ type: 'metric', properties: { metrics: [['A', 'B']] } }] })).toBe(false);
});

test('it has a row for imports and one for each model, none wider than a dashboard', () => {
  const { widgets } = dashboardOf(imported, reference);
  const rows = new Map<number, number>();
  widgets.forEach(({ y, x, width }) => rows.set(y, Math.max(rows.get(y) ?? 0, x + width)));
  expect([...rows.values()]).toEqual([24, 24, 24]);
});

test('imports show by the name of the stack', () => {
  const { widgets } = dashboardOf(imported);
  expect(widgets[0].properties.metrics[0].slice(0, 4)).toEqual([
    'BedrockModelImport',
    'ImportDuration',
    'StackName',
    'Stack',
  ]);
});

test('a model is searched for by its ID, in its Region', () => {
  const { widgets } = dashboardOf(reference);
  const [invocations] = widgets.filter(({ properties }) => properties.title === 'Stack/Other: invocations');
  expect(invocations.properties.metrics[0]).toEqual([
    {
      expression: `SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations" abc123def456', 'Sum', 300)`,
      label: 'succeeded',
      accountId: '123456789012',
      region: 'us-west-2',
    },
  ]);
});

test('copies are found whatever their dimension is called', () => {
  const { widgets } = dashboardOf(reference);
  expect(JSON.stringify(widgets.at(-1))).toContain(
    JSON.stringify(`SEARCH('Namespace="AWS/Bedrock" MetricName="ModelCopy" abc123def456', 'Maximum', 300)`),
  );
});

test('its name is the one that is given, or one that CloudFormation makes up', () => {
  const nameOf = (dashboardName?: string): unknown => {
    const stack = newStack();
    new ImportedModelDashboard(stack, 'Dashboard', { models: [imported(stack)], dashboardName });
    return resourcesOfType(stack, 'AWS::CloudWatch::Dashboard')[0].Properties.DashboardName;
  };
  expect(nameOf('models')).toBe('models');
  expect(nameOf()).toBeUndefined();
});

test('without models there is nothing to show', () => {
  expect(() => dashboardOf()).toThrow("'models' must hold at least one model, got: none");
});
