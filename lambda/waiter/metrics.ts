import type { WaitMetric, WaitMetricNamespace } from '../../lib/private/contract/protocol';
import { log } from '../shared/log';
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
 * makes the metrics: at the root of the line, where `console` would not put it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emitMetrics(event: ResourceEvent, result: PollResult, now: number): void {
  // A function that keeps crashing reports nothing.
  const { outcome, importSeconds, endedAt }: WaitReport = result.report ?? { outcome: 'fail' };
  const values: Partial<Record<WaitMetric, number>> = {
    Polls: result.attempt,
    // A link that continues in the next one has neither failed nor succeeded.
    Failures: outcome === 'continue' ? undefined : Number(outcome === 'fail'),
    ImportDuration: importSeconds,
    AnswerDelay: endedAt && (now - endedAt) / 1000,
  };
  const names = (Object.keys(UNITS) as WaitMetric[]).filter((name) => values[name] !== undefined);
  const line = {
    message: `Metrics of the wait of ${event.LogicalResourceId}`,
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
  log('INFO', line);
}
