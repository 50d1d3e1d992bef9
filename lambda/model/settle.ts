import type { Outcome } from '../shared/worker';
import type { Context, Memory } from './context';
import { removeMarked } from './delete';
import { fateOf } from './history';
import { hasEnded, isMarked, mark, recordAsKnown } from './record';
import { removeImport } from './remove';
import { settleDoubt } from './start';

type Step = Outcome<Memory>;

/** Seconds between two polls of an execution that has answered: at first, and at most. */
const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 60;

/**
 * What an execution does after its answer: it ends when its own import is CloudFormation's, or gone. CloudFormation
 * deletes what it has recorded; what it has not, nobody else would.
 */
export async function settle(context: Context): Promise<Step> {
  const { own, claimant } = context;
  const { requestId } = claimant;
  if (!own || hasEnded(own)) {
    return { type: 'done' };
  }
  if (own.recorded) {
    // What was kept for an earlier successor, whose import failed, goes with this one.
    return removeMarked(context);
  }
  if (own.state === 'starting') {
    const doubt = await settleDoubt(context, requestId);
    return doubt ?? settle(context);
  }
  if (isMarked(own)) {
    const notYet = await removeImport(context, requestId);
    return notYet ? { ...notYet, withinSeconds: LONGEST_SECONDS } : { type: 'done' };
  }
  if (!own.acknowledged) {
    await context.write((record) => mark(record, requestId, 'its request has failed', context.now));
    return settle(context);
  }
  return watch(context, own.jobArn!);
}

/** Watches the stack's events until they show whether CloudFormation has recorded what it was told. */
async function watch(context: Context, jobArn: string): Promise<Step> {
  const { requestId, requestedAt } = context.claimant;
  const history = await context.history((events) => events[0]?.at < requestedAt);
  switch (fateOf(history, requestedAt, jobArn)) {
    case 'recorded':
      await context.write((record) => recordAsKnown(record, requestId));
      return settle(context);
    case 'lost':
      await context.write((record) =>
        mark(record, requestId, 'CloudFormation has not recorded it', context.now),
      );
      return settle(context);
    case 'open':
      return context.wait(`CloudFormation to record ${jobArn}`, { withinSeconds: pauseSeconds(context) });
  }
}

/** CloudFormation records an answer within seconds, or not at all. */
function pauseSeconds({ progress }: Context): number {
  return Math.min(LONGEST_SECONDS, Math.max(FIRST_SECONDS, progress.waitedSeconds / 4));
}
