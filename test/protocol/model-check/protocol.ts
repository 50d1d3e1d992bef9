import { supersedes, type Request } from '../../../lambda/on-event/order';

/**
 * The protocol between CloudFormation's requests, Lambda's deliveries and our executions, written down small: two
 * requests for one resource that owns a model. The order is the product's own; the steps are those of
 * `lambda/on-event/serve.ts` and `finish.ts`. See `docs/decisions/0009-order.md`.
 */

/** One delivery of a request by Lambda: it looks, starts, looks again when it came late, and stops. */
interface Delivery {
  readonly request: number;
  readonly step: 'queued' | 'looked' | 'started' | 'waited' | 'done';
  /** The executions that its last look showed, and the one it found to be its own. */
  readonly seen: readonly number[];
  /** Whether it came so late that the other request may have been served before. */
  readonly isLate: boolean;
}

/** The execution that serves a request. */
interface Execution {
  readonly status: 'none' | 'running' | 'stopped' | 'over';
  /** Whether lists show it: at the latest half a minute after its start. */
  readonly isListed: boolean;
  /** Whether it waits until it is known that it is not an old one. */
  readonly waits: boolean;
  /** Whether it may have started a job. */
  readonly worked: boolean;
}

export interface State {
  readonly deliveries: readonly Delivery[];
  readonly executions: readonly Execution[];
  /** What CloudFormation was told of each request. */
  readonly told: readonly string[];
}

const NONE: Execution = { status: 'none', isListed: false, waits: false, worked: false };

export function initial(deliveries: readonly [number, number]): State {
  const queued = (request: number): Delivery => ({ request, step: 'queued', seen: [], isLate: false });
  return {
    deliveries: deliveries.flatMap((count, request) => Array.from({ length: count }, () => queued(request))),
    executions: [NONE, NONE],
    told: ['', ''],
  };
}

/** All states that may follow. The second request is made when CloudFormation does not wait for the first any more. */
export function successors(state: State, requests: readonly Request[]): State[] {
  return [
    ...state.deliveries.flatMap((_, index) => deliver(state, index, requests)),
    ...state.executions.flatMap((_, index) => execute(state, index, requests)),
  ];
}

function deliver(state: State, index: number, requests: readonly Request[]): State[] {
  const delivery = state.deliveries[index];
  const own = delivery.request;
  const to = (change: Partial<Delivery>, from = state): State => ({
    ...from,
    deliveries: replace(from.deliveries, index, { ...delivery, ...change }),
  });
  switch (delivery.step) {
    case 'queued':
      return looks(state).map((seen) => {
        const isRepeat = state.executions[own].status !== 'none';
        const isSuperseded = seen.some((other) => supersedes(requests[other], requests[own]));
        return isRepeat || !isSuperseded
          ? to({ step: seen.includes(own) ? 'waited' : 'looked', seen })
          : to({ step: 'done' }, tell(state, own, 'superseded'));
      });
    case 'looked': {
      if (state.executions[own].status !== 'none') {
        return [to({ step: 'waited' })];
      }
      // What comes in time starts before CloudFormation has made another request.
      const othersCame = state.deliveries.some(({ request, step }) => request !== own && step !== 'queued');
      return (own === 0 && othersCame ? [true] : [true, false]).map((isLate) => {
        const execution: Execution = { status: 'running', isListed: false, waits: isLate, worked: false };
        return to({ step: isLate ? 'started' : 'waited', isLate }, change(state, own, execution));
      });
    }
    case 'started': {
      // Half a minute has passed: what was there before is listed.
      const listed = listAll(state);
      return [to({ step: 'waited', seen: there(listed) }, listed)];
    }
    case 'waited': {
      const { state: next } = stop(state, [own, ...delivery.seen], delivery.seen, requests);
      const { waits, ...rest } = next.executions[own];
      const released = delivery.isLate ? change(next, own, { ...rest, waits: false }) : next;
      return [to({ step: 'done', seen: [] }, waits ? released : next)];
    }
    case 'done':
      return [];
  }
}

function execute(state: State, index: number, requests: readonly Request[]): State[] {
  const execution = state.executions[index];
  const listing =
    execution.isListed || execution.status === 'none'
      ? []
      : [change(state, index, { ...execution, isListed: true })];
  if (execution.status === 'running' && !execution.waits) {
    const working = execution.worked ? [] : [change(state, index, { ...execution, worked: true })];
    return [...listing, ...working, ...(execution.worked ? finish(state, index, requests) : [])];
  }
  return listing;
}

/** Another look before the answer. What a Delete or an Update stops then may have worked, and it goes round again. */
function finish(state: State, index: number, requests: readonly Request[]): State[] {
  // An Update or a Delete takes longer than lists lag: what came in time is listed by then.
  const settled = requests[index].type !== 'Create' ? listAll(state, ({ waits }) => !waits) : state;
  return looks(settled).map((seen) => {
    const { state: next, stopped } = stop(settled, [index, ...seen], seen, requests);
    const execution = next.executions[index];
    if (execution.status !== 'running') {
      return next;
    }
    const goesRound = requests[index].type !== 'Create' && stopped.some((other) => other !== index);
    return goesRound
      ? change(next, index, { ...execution, worked: false })
      : change(tell(next, index, 'answered'), index, { ...execution, status: 'over' });
  });
}

function listAll(state: State, which: (execution: Execution) => boolean = () => true): State {
  const executions = state.executions.map((each) => (which(each) ? { ...each, isListed: true } : each));
  return { ...state, executions };
}

/** What a look may show: all that is listed, with or without what is not yet. */
function looks(state: State): number[][] {
  const listed = there(state).filter((index) => state.executions[index].isListed);
  const all = there(state);
  return listed.length === all.length ? [all] : [listed, all];
}

function there(state: State): number[] {
  return state.executions.flatMap(({ status }, index) => (status === 'none' ? [] : [index]));
}

function stop(
  state: State,
  known: readonly number[],
  seen: readonly number[],
  requests: readonly Request[],
): { readonly state: State; readonly stopped: number[] } {
  const stopped = seen.filter(
    (index) =>
      state.executions[index].status === 'running' &&
      known.some((other) => supersedes(requests[other], requests[index])),
  );
  const next = stopped.reduce(
    (before, index) =>
      tell(change(before, index, { ...before.executions[index], status: 'stopped' }), index, 'superseded'),
    state,
  );
  return { state: next, stopped };
}

function tell(state: State, index: number, what: string): State {
  return { ...state, told: replace(state.told, index, `${state.told[index]} ${what}`.trim()) };
}

function change(state: State, index: number, execution: Execution): State {
  return { ...state, executions: replace(state.executions, index, execution) };
}

function replace<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((each, position) => (position === index ? value : each));
}
