import type { WaitMetric, WaitMetricNamespace } from '../../lib/private/contract/protocol';
import type { PollResult, ResourceEvent, WaitReport } from '../shared/engine';

const NAMESPACE: WaitMetricNamespace = 'BedrockModelImport';

const UNITS: Record<WaitMetric, 'Seconds' | 'Count'> = {
  ImportDuration: 'Seconds',
  AnswerDelay: 'Seconds',
  Polls: 'Count',
  Failures: 'Count',
};

/**
 * Writes what a wait came to as a line in CloudWatch's embedded metric format, from which CloudWatch Logs
 * makes the metrics. It goes to the root of the line, which `console` would not do.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emitMetrics(event: ResourceEvent, result: PollResult, now: number): void {
  // A poll function that fails for good reports nothing.
  const { outcome, importSeconds, endedAt }: WaitReport = result.report ?? { outcome: 'fail' };
  const values: Partial<Record<WaitMetric, number>> = {
    Polls: result.attempt,
    // A link that hands over has neither failed nor succeeded.
    Failures: outcome === 'handOver' ? undefined : Number(outcome === 'fail'),
    ImportDuration: importSeconds,
    AnswerDelay: endedAt && (now - endedAt) / 1000,
  };
  const names = (Object.keys(UNITS) as WaitMetric[]).filter((name) => values[name] !== undefined);
  const line = {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['StackName']],
          Metrics: names.map((name) => ({ Name: name, Unit: UNITS[name] })),
        },
      ],
    },
    StackName: event.StackId.split('/')[1],
    logicalId: event.LogicalResourceId,
    jobIdentifier: event.ResourceProperties.jobIdentifier as string,
    outcome,
    ...values,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
