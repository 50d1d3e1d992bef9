import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { WaitMetricNamespace } from '../contract/protocol';

const NAMESPACE: WaitMetricNamespace = 'BedrockModelImport';

/** A metric of the waits in a construct's stack. The waiter function writes it with the stack's name as dimension. */
export function waitMetric(
  scope: IConstruct,
  metricName: string,
  options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { StackName: Stack.of(scope).stackName },
    ...options,
  }).attachTo(scope);
}
