import { Duration, Fn, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { IImportedModel } from './imported-model-base';
import { injectProps } from './private/property-injection';
import { ValidationError, validateFor } from './private/validation';
import { waitMetric } from './private/provider/wait-metrics';

/** A dashboard is 24 units wide. */
const FULL = 24;
const QUARTER = 6;
const GRAPH_HEIGHT = 6;
/** A heading and one line. */
const TEXT_HEIGHT = 2;

/** Imports are rare: the three hours that CloudWatch shows by default would be empty most of the time. */
const DEFAULT_INTERVAL = Duration.days(30);
/** What a point of a graph stands for. 30 days are 720 of them. */
const PERIOD = Duration.hours(1);

/**
 * Properties of an `ImportedModelDashboard`.
 */
export interface ImportedModelDashboardProps {
  /**
   * The models to show, each in a row of its own: at least one.
   */
  readonly models: IImportedModel[];

  /**
   * The name of the dashboard.
   *
   * Letters, digits, hyphens and underscores. Dashboards are global: the name has to be unique in the account.
   *
   * @default - A name that CloudFormation makes up.
   */
  readonly dashboardName?: string;
}

/**
 * A CloudWatch dashboard of imports and of what their models do, over the last 30 days.
 *
 * The first row is about the imports of the stack: how many minutes they took, how many waits failed, how many
 * seconds after the end of a job CloudFormation had its response, and how many polls that took. For each model,
 * a line with its name, ID and Region and a link to the Bedrock console follows, and a row of graphs: its
 * invocations with errors and throttles, its latency, its tokens, and its running copies.
 *
 * AWS does not document the dimension values under which an imported model reports, so the graphs search for the
 * model's ID: they find it in an ARN as well as alone. A new metric shows some minutes after the first invocation.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 */
export class ImportedModelDashboard extends Construct {
  /**
   * The ID for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-bedrock-model-import.ImportedModelDashboard';

  /**
   * The dashboard, to add widgets to.
   */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: ImportedModelDashboardProps) {
    props = injectProps(ImportedModelDashboard.PROPERTY_INJECTION_ID, props, scope, id);
    validateFor(scope, id, () => {
      if (props.models.length === 0) {
        throw new ValidationError("'models' must hold at least one model, got: none");
      }
    });
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      dashboardName: props.dashboardName,
      defaultInterval: DEFAULT_INTERVAL,
      widgets: [
        importRow(Stack.of(this)),
        ...props.models.flatMap((model) => [[heading(model)], modelRow(model)]),
      ],
    });
  }
}

function importRow(stack: Stack): cloudwatch.IWidget[] {
  const { AVERAGE, MAXIMUM, SUM } = cloudwatch.Stats;
  const metric = (name: string, statistic: string, label: string): cloudwatch.Metric =>
    waitMetric(stack, name, { statistic, label, period: PERIOD });
  return [
    graph('Import duration', 'Minutes', [
      inMinutes('average', metric('ImportDuration', AVERAGE, 'average')),
      inMinutes('longest', metric('ImportDuration', MAXIMUM, 'longest')),
    ]),
    graph('Failed waits', 'Count', [metric('Failures', SUM, 'failed')]),
    graph('Delay after an import', 'Seconds', [
      metric('AnswerDelay', AVERAGE, 'average'),
      metric('AnswerDelay', MAXIMUM, 'longest'),
    ]),
    graph('Polls', 'Count', [metric('Polls', SUM, 'polls')]),
  ];
}

/** What the graphs below are about, so that their titles need not say it. */
function heading(model: IImportedModel): cloudwatch.IWidget {
  const region = regionOf(model);
  const url = `https://${region}.console.aws.amazon.com/bedrock/home?region=${region}#/imported-models`;
  const facts = [`ID \`${idOf(model)}\``, `Region ${region}`, `[Bedrock console](${url})`];
  return new cloudwatch.TextWidget({
    markdown: `## ${model.node.path}\n${facts.join(' | ')}`,
    width: FULL,
    height: TEXT_HEIGHT,
  });
}

function modelRow(model: IImportedModel): cloudwatch.IWidget[] {
  const { AVERAGE, MAXIMUM, SUM } = cloudwatch.Stats;
  // Where the model reports, when that is not here.
  const { region, account } = model.metricInvocations();
  const find = (
    metricName: string,
    statistic: string,
    label: string,
    where = '{AWS/Bedrock,ModelId}',
  ): cloudwatch.IMetric =>
    new cloudwatch.MathExpression({
      expression: search(model, where, metricName, statistic),
      label,
      period: PERIOD,
      searchRegion: region,
      searchAccount: account,
    });
  return [
    graph('Invocations', 'Count', [
      find('Invocations', SUM, 'succeeded'),
      find('InvocationClientErrors', SUM, 'client errors'),
      find('InvocationServerErrors', SUM, 'server errors'),
      find('InvocationThrottles', SUM, 'throttled'),
    ]),
    graph('Latency', 'Milliseconds', [
      find('InvocationLatency', AVERAGE, 'average'),
      find('InvocationLatency', 'p99', 'p99'),
    ]),
    graph('Tokens', 'Count', [
      find('InputTokenCount', SUM, 'input'),
      find('OutputTokenCount', SUM, 'output'),
    ]),
    // Its dimensions are not documented.
    graph('Running copies', 'Count', [find('ModelCopy', MAXIMUM, 'copies', 'Namespace="AWS/Bedrock"')]),
  ];
}

/** Finds the metrics of a model by its ID, which is a word for a search. */
function search(model: IImportedModel, where: string, metricName: string, statistic: string): string {
  const query = `${where} MetricName="${metricName}" ${idOf(model)}`;
  return `SEARCH('${query}', '${statistic}', ${PERIOD.toSeconds()})`;
}

/** The last part of the ARN: `arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456`. */
function idOf({ modelArn }: IImportedModel): string {
  return Fn.select(1, Fn.split('/', modelArn));
}

function regionOf({ modelArn }: IImportedModel): string {
  return Fn.select(3, Fn.split(':', modelArn));
}

/** A metric in seconds as minutes. */
function inMinutes(label: string, seconds: cloudwatch.Metric): cloudwatch.IMetric {
  // The name of a metric within an expression: unique in a graph.
  const name = `${label}Seconds`;
  return new cloudwatch.MathExpression({
    expression: `${name} / 60`,
    usingMetrics: { [name]: seconds },
    label,
    period: PERIOD,
  });
}

function graph(title: string, unit: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title,
    left,
    leftYAxis: { min: 0, label: unit, showUnits: false },
    width: QUARTER,
    height: GRAPH_HEIGHT,
  });
}
