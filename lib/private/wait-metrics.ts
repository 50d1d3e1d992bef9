import type { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { WaitMetric, WaitMetricNamespace } from './protocol';

const NAMESPACE: WaitMetricNamespace = 'BedrockModelImport';

/** A metric of the waits of a stack, which the functions write under the stack's name. */
export function waitMetric(
  stack: Stack,
  metricName: WaitMetric,
  options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { StackName: stack.stackName },
    ...options,
  }).attachTo(stack);
}
