import { supersedes, type Request } from '../../../lambda/on-event/order';
import { initial, successors, type State } from './protocol';

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const INVENTED = 'Stack-Model-1A2B3C4D5E6F';

type Kind = Omit<Request, 'madeAt' | 'requestId'>;

const FIRST: readonly Kind[] = [
  { type: 'Create' },
  { type: 'Update', physicalId: ARN },
  { type: 'Update', physicalId: INVENTED },
  { type: 'Delete', physicalId: ARN },
  { type: 'Delete', physicalId: 'request/earlier' },
  { type: 'Delete', physicalId: INVENTED },
];

const SECOND: readonly Kind[] = [
  ...FIRST,
  { type: 'Delete', physicalId: 'request/first' },
  // While the first one is what CloudFormation waits for.
  { type: 'Delete', physicalId: INVENTED, sparesSince: 0 },
];

/** In the same second, or with the pause that CloudFormation makes at least. */
const GAPS = [0, 6000];

/** How often each of the two is delivered. */
export const DELIVERIES: readonly [number, number][] = [
  [1, 1],
  [2, 1],
  [1, 2],
  [2, 2],
];

export interface Exploration {
  readonly states: number;
  readonly interleavings: bigint;
  readonly wrong: string[];
}

/** Goes through every interleaving: states that were seen before are not gone through again, but counted. */
export function explore(requests: readonly Request[], deliveries: readonly [number, number]): Exploration {
  const counted = new Map<string, bigint>();
  const wrong = new Set<string>();
  const visit = (state: State): bigint => {
    const key = keyOf(state);
    const known = counted.get(key);
    if (known !== undefined) {
      return known;
    }
    const next = successors(state, requests);
    complaints(state, next, requests).forEach((complaint) => wrong.add(complaint));
    const paths = next.reduce((sum, each) => sum + visit(each), next.length === 0 ? 1n : 0n);
    counted.set(key, paths);
    return paths;
  };
  const interleavings = visit(initial(deliveries));
  return { states: counted.size, interleavings, wrong: [...wrong] };
}

export function complaints(state: State, next: readonly State[], requests: readonly Request[]): string[] {
  const isObsolete = [0, 1].map((index) => supersedes(requests[1 - index], requests[index]));
  const found: string[] = [];
  state.told.forEach((told, index) => {
    if (told.includes('superseded') && !isObsolete[index]) {
      found.push(`request ${index} is told that it is superseded, and is not`);
    }
    if (told.split('answered').length > 2) {
      found.push(`request ${index} is answered twice`);
    }
    if (next.length === 0 && told === '') {
      found.push(`request ${index} is never answered`);
    }
  });
  if (next.length === 0 && state.executions.some(({ status }) => status === 'running')) {
    found.push('an execution runs for ever');
  }
  const [first, second] = state.executions;
  const mayLeave = requests[1].type === 'Create';
  const worksLate = next.some(({ executions }) => !first.worked && executions[0].worked);
  if (isObsolete[0] && second.status === 'over' && worksLate && !mayLeave && requests[1].madeAt > 0) {
    found.push('the older request starts a job when the newer one is over');
  }
  return found;
}

/** All pairs of requests. */
export const PAIRS = FIRST.flatMap((first) =>
  SECOND.flatMap((second) =>
    GAPS.map((gap): Request[] => [
      { ...first, requestId: 'first', madeAt: 0 },
      { ...second, requestId: 'second', madeAt: gap },
    ]),
  ),
);

/** A short name of a state. Two deliveries of one request are alike, whichever comes first. */
function keyOf({ deliveries, executions, told }: State): string {
  const ofDelivery = deliveries.map(
    ({ request, step, seen, isLate }) => `${request}${step}${seen.join('')}${isLate}`,
  );
  const ofExecution = executions.map((each) => `${each.status}${each.isListed}${each.waits}${each.worked}`);
  return [...ofDelivery.sort(), ...ofExecution, ...told].join();
}

/** What two requests are, for a person. */
export function describePair(requests: readonly Request[]): string {
  const parts = requests.map(({ type, physicalId, sparesSince }) =>
    [type, physicalId, sparesSince === undefined ? '' : 'sparing the first'].filter(Boolean).join(' '),
  );
  return `${parts.join(', then ')} after ${requests[1].madeAt / 1000} s`;
}
