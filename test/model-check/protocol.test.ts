import { supersedes, type Request } from '../../lambda/on-event/order';
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

const DELIVERIES: readonly [number, number][] = [
  [1, 1],
  [2, 1],
  [1, 2],
  [2, 2],
];

interface Exploration {
  readonly states: number;
  readonly interleavings: bigint;
  readonly wrong: string[];
}

/** Goes through every interleaving: states that were seen before are not gone through again, but counted. */
function explore(requests: readonly Request[], deliveries: readonly [number, number]): Exploration {
  const counted = new Map<string, bigint>();
  const wrong = new Set<string>();
  const visit = (state: State): bigint => {
    const key = JSON.stringify(state);
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

function complaints(state: State, next: readonly State[], requests: readonly Request[]): string[] {
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

const cases = FIRST.flatMap((first) =>
  SECOND.flatMap((second) =>
    GAPS.map((gap): Request[] => [
      { ...first, requestId: 'first', madeAt: 0 },
      { ...second, requestId: 'second', madeAt: gap },
    ]),
  ),
);

let states = 0;
let interleavings = 0n;

afterAll(() => {
  const count = (value: number | bigint): string => value.toLocaleString('en-US');
  process.stdout.write(
    `${count(interleavings)} interleavings of ${cases.length} pairs of requests, ${count(states)} states\n`,
  );
});

const describeRequest = ({ type, physicalId, sparesSince }: Request): string =>
  [type, physicalId, sparesSince === undefined ? '' : 'sparing the first'].filter(Boolean).join(' ');

test.each(
  cases.map(
    (requests) =>
      [requests.map(describeRequest).join(', then '), requests[1].madeAt / 1000, requests] as const,
  ),
)('%s after %s s ends right, however it is delivered', (_name, _gap, requests) => {
  for (const deliveries of DELIVERIES) {
    const explored = explore(requests, deliveries);
    expect(explored.wrong).toEqual([]);
    states += explored.states;
    interleavings += explored.interleavings;
  }
});

test('an order by the time of serving would be found', () => {
  const requests: Request[] = [
    { type: 'Update', physicalId: ARN, requestId: 'first', madeAt: 6000 },
    { type: 'Update', physicalId: ARN, requestId: 'second', madeAt: 0 },
  ];
  const inTheRightOrder: Request[] = [requests[1], requests[0]];
  const state = initial([1, 1]);
  const [told] = successors({ ...state, told: ['', 'superseded'] }, inTheRightOrder);
  expect(complaints(told, [told], inTheRightOrder)).toContain(
    'request 1 is told that it is superseded, and is not',
  );
});
