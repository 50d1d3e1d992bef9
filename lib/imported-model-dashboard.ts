import { Fn, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { IImportedModel } from './imported-model-base';
import { injectProps } from './private/property-injection';
import { ValidationError, validateFor } from './private/validation';
import { waitMetric } from './private/provider/wait-metrics';

/** A dashboard is 24 units wide. */
const THIRD = 8;
const QUARTER = 6;
const HEIGHT = 6;

/** Seconds that a point of a graph stands for. */
const PERIOD_SECONDS = 300;

/**
 * Properties of an `ImportedModelDashboard`.
 */
export interface ImportedModelDashboardProps {
  /**
   * The models to show, each in a row of its own. At least one.
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
 * A CloudWatch dashboard of imports and of what their models do.
 *
 * The first row is about the imports of the stack: how long they took, how many failed, and how long after
 * the end of a job the deployment went on. Then comes a row for each model: its invocations with errors and
 * throttles, its latency, its tokens, and its running copies.
 *
 * AWS does not document under which dimension values an imported model reports, so that the graphs search
 * for the model's ID: they find it in an ARN as well as alone. A new metric shows some minutes after the first
 * invocation.
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
      widgets: [importRow(Stack.of(this)), ...props.models.map(modelRow)],
    });
  }
}

function importRow(stack: Stack): cloudwatch.IWidget[] {
  const { AVERAGE, MAXIMUM, SUM } = cloudwatch.Stats;
  return [
    graph(THIRD, 'Imports: seconds', [
      waitMetric(stack, 'ImportDuration', { statistic: AVERAGE, label: 'average' }),
      waitMetric(stack, 'ImportDuration', { statistic: MAXIMUM, label: 'longest' }),
    ]),
    graph(THIRD, 'Imports: failed waits', [
      waitMetric(stack, 'Failures', { statistic: SUM, label: 'failed' }),
    ]),
    graph(THIRD, 'Imports: seconds from the end of the job to the answer', [
      waitMetric(stack, 'AnswerDelay', { statistic: AVERAGE, label: 'average' }),
    ]),
  ];
}

function modelRow(model: IImportedModel): cloudwatch.IWidget[] {
  const { AVERAGE, MAXIMUM, SUM } = cloudwatch.Stats;
  const name = model.node.path;
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
      searchRegion: region,
      searchAccount: account,
    });
  return [
    graph(QUARTER, `${name}: invocations`, [
      find('Invocations', SUM, 'succeeded'),
      find('InvocationClientErrors', SUM, 'client errors'),
      find('InvocationServerErrors', SUM, 'server errors'),
      find('InvocationThrottles', SUM, 'throttled'),
    ]),
    graph(QUARTER, `${name}: latency, milliseconds`, [
      find('InvocationLatency', AVERAGE, 'average'),
      find('InvocationLatency', 'p99', 'p99'),
    ]),
    graph(QUARTER, `${name}: tokens`, [
      find('InputTokenCount', SUM, 'input'),
      find('OutputTokenCount', SUM, 'output'),
    ]),
    // Its dimensions are not documented.
    graph(QUARTER, `${name}: running copies`, [
      find('ModelCopy', MAXIMUM, 'copies', 'Namespace="AWS/Bedrock"'),
    ]),
  ];
}

/** Finds the metrics of a model by its ID, the last part of its ARN, which is a word for a search. */
function search(model: IImportedModel, where: string, metricName: string, statistic: string): string {
  const modelId = Fn.select(1, Fn.split('/', model.modelArn));
  return `SEARCH('${where} MetricName="${metricName}" ${modelId}', '${statistic}', ${PERIOD_SECONDS})`;
}

function graph(width: number, title: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left, width, height: HEIGHT });
}
