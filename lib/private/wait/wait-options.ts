import { Duration } from 'aws-cdk-lib';
import { validateSeconds } from '../validation';

const DEFAULT_TIMEOUT = Duration.minutes(55);
const DEFAULT_POLL_INTERVAL = Duration.seconds(10);

/** How long to wait, and how often to poll, in seconds. */
interface WaitOptions {
  readonly timeoutSeconds: number;
  readonly pollIntervalSeconds: number;
}

/** Validates the options of a wait, and adds the defaults. */
export function waitOptions(props: {
  readonly timeout?: Duration;
  readonly pollInterval?: Duration;
}): WaitOptions {
  const { timeout = DEFAULT_TIMEOUT, pollInterval = DEFAULT_POLL_INTERVAL } = props;
  validateSeconds('timeout', timeout, 10, 24 * 3600, '10 seconds to 24 hours');
  validateSeconds('pollInterval', pollInterval, 5, 300, '5 seconds to 5 minutes');
  return { timeoutSeconds: timeout.toSeconds(), pollIntervalSeconds: pollInterval.toSeconds() };
}
