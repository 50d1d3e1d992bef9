import type { LocalCloud } from '../cloud/cloud';
import type { DemoOptions } from './arguments';
import type { Screen } from './screen';

/** What a demo runs with. */
export interface DemoContext {
  readonly cloud: LocalCloud;
  readonly screen: Screen;
  readonly options: DemoOptions;
}

/** Runs in a local cloud, and says whether it showed what it should. */
export type Demo = (context: DemoContext) => Promise<boolean>;

/**
 * The CDK validates templates for seconds at each synthesis. The sample apps pass, as a unit test shows: the demo
 * saves the time.
 */
export const SYNTH_ENVIRONMENT = { CDK_VALIDATION: 'false' };

/** How often the sample apps of the demo poll. */
export const POLL_INTERVAL_SECONDS = 5;
