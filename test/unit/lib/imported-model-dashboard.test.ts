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
  readonly type: 'metric' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly metrics: unknown[][];
    readonly yAxis: { readonly left: object };
    readonly markdown: string;
  };
}

interface Body {
  readonly start: string;
  readonly widgets: Widget[];
}

const ARN = 'arn:aws:bedrock:us-west-2:123456789012:imported-model/abc123def456';

/** The body that CloudWatch gets, with a word in place of what is known at deploy time only. */
function bodyOf(stack: Stack): Body {
  const [{ Properties }] = resourcesOfType(stack, 'AWS::CloudWatch::Dashboard');
  const body = Properties.DashboardBody as string | { 'Fn::Join': [string, unknown[]] };
  const parts = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'resolved')).join('');
  return JSON.parse(text) as Body;
}

function dashboardOf(...models: ((stack: Stack) => IImportedModel)[]): Body {
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

test('it has a row for imports, and for each model a heading and a row, all as wide as a dashboard', () => {
  const { widgets } = dashboardOf(imported, reference);
  const rows = new Map<number, { width: number; height: number; types: string[] }>();
  for (const { x, y, width, height, type } of widgets) {
    const types = [...(rows.get(y)?.types ?? []), type];
    rows.set(y, { width: x + width, height, types });
  }
  const graphs = { width: 24, height: 6, types: ['metric', 'metric', 'metric', 'metric'] };
  const text = { width: 24, height: 2, types: ['text'] };
  expect([...rows]).toEqual([
    [0, graphs],
    [6, text],
    [8, graphs],
    [14, text],
    [16, graphs],
  ]);
});

test('it shows 30 days', () => {
  expect(dashboardOf(imported).start).toBe('-P30D');
});

test('titles are short enough for a quarter of a screen, and axes begin at 0 and name their unit', () => {
  const graphs = dashboardOf(imported).widgets.filter(({ type }) => type === 'metric');
  const axis = (label: string): object => ({ left: { min: 0, label, showUnits: false } });
  expect(graphs.map(({ properties: { title, yAxis } }) => [title, yAxis])).toEqual([
    ['Import duration', axis('Minutes')],
    ['Failed waits', axis('Count')],
    ['Delay after an import', axis('Seconds')],
    ['Polls', axis('Count')],
    ['Invocations', axis('Count')],
    ['Latency', axis('Milliseconds')],
    ['Tokens', axis('Count')],
    ['Running copies', axis('Count')],
  ]);
});

/** A line of a graph: what is shown by its label, and how it is computed. */
function linesOf({ properties }: Widget): unknown[] {
  return properties.metrics.map((metric) => {
    const { label, expression, stat, period } = metric.at(-1) as Record<string, unknown>;
    return [label, expression ?? metric[1], stat ?? 'Average', period];
  });
}

test('imports are shown hour by hour: minutes, failures, delays and polls', () => {
  const [duration, failures, delay, polls] = dashboardOf(imported).widgets;
  expect(linesOf(duration)).toEqual([
    ['average', 'averageSeconds / 60', 'Average', 3600],
    ['average', 'ImportDuration', 'Average', 3600],
    ['longest', 'longestSeconds / 60', 'Average', 3600],
    ['longest', 'ImportDuration', 'Maximum', 3600],
  ]);
  expect(linesOf(failures)).toEqual([['failed', 'Failures', 'Sum', 3600]]);
  expect(linesOf(delay)).toEqual([
    ['average', 'AnswerDelay', 'Average', 3600],
    ['longest', 'AnswerDelay', 'Maximum', 3600],
  ]);
  expect(linesOf(polls)).toEqual([['polls', 'Polls', 'Sum', 3600]]);
});

test('imports show by the name of the stack', () => {
  const [, failures] = dashboardOf(imported).widgets;
  expect(failures.properties.metrics[0].slice(0, 4)).toEqual([
    'BedrockModelImport',
    'Failures',
    'StackName',
    'Stack',
  ]);
});

test('a heading names the model, its ID and its Region, and links to the console', () => {
  const heading = dashboardOf(reference).widgets.find(({ type }) => type === 'text')!;
  const url = 'https://us-west-2.console.aws.amazon.com/bedrock/home?region=us-west-2#/imported-models';
  expect(heading.properties.markdown).toBe(
    `## Stack/Other\nID \`abc123def456\` | Region us-west-2 | [Bedrock console](${url})`,
  );
});

test('a model is searched for by its ID, in its Region', () => {
  const { widgets } = dashboardOf(reference);
  const [invocations] = widgets.filter(({ properties }) => properties.title === 'Invocations');
  expect(invocations.properties.metrics[0]).toEqual([
    {
      expression: `SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations" abc123def456', 'Sum', 3600)`,
      label: 'succeeded',
      period: 3600,
      accountId: '123456789012',
      region: 'us-west-2',
    },
  ]);
});

test('each metric of a model has its statistic', () => {
  const graphs = dashboardOf(reference).widgets.slice(-4).flatMap(linesOf) as string[][];
  const found = graphs.map(([label, expression]) => {
    const [, metric, statistic] = /MetricName="(\w+)".*', '(\w+)', 3600\)$/.exec(expression)!;
    return [label, metric, statistic];
  });
  expect(found).toEqual([
    ['succeeded', 'Invocations', 'Sum'],
    ['client errors', 'InvocationClientErrors', 'Sum'],
    ['server errors', 'InvocationServerErrors', 'Sum'],
    ['throttled', 'InvocationThrottles', 'Sum'],
    ['average', 'InvocationLatency', 'Average'],
    ['p99', 'InvocationLatency', 'p99'],
    ['input', 'InputTokenCount', 'Sum'],
    ['output', 'OutputTokenCount', 'Sum'],
    ['copies', 'ModelCopy', 'Maximum'],
  ]);
});

test('copies are found whatever their dimension is called', () => {
  const { widgets } = dashboardOf(reference);
  expect(JSON.stringify(widgets.at(-1))).toContain(
    JSON.stringify(`SEARCH('Namespace="AWS/Bedrock" MetricName="ModelCopy" abc123def456', 'Maximum', 3600)`),
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
