import { die, step, type Effect } from './poll';
import { movesOf, type Limits } from './stack';
import { copy, keyOf, land, newWorld, type Stop, type World } from './world';

/** Searches everything that can happen to one owned model, up to limits. */

/** What a search has found. */
export interface Found {
  readonly worlds: number;
  readonly steps: number;
  /** What went wrong, each with the way there. */
  readonly wrong: { readonly what: string; readonly way: string[] }[];
}

interface Node {
  readonly world: World;
  readonly way: string[];
}

interface Edge {
  readonly name: string;
  readonly go: (world: World) => void | Promise<void>;
}

/** What the search is limited to. */
export interface Bounds extends Limits {
  /** How often a function may die, or an answer of Bedrock get lost. */
  readonly faults: number;
  /** Whether jobs end as soon as they have started. */
  readonly hasShortJobs: boolean;
  /** When executions go on that have answered: at any time, at once, or when everything else has come to rest. */
  readonly watchers: 'any time' | 'at once' | 'last';
}

/** Enough to see what is wrong. */
const MAX_WRONG = 10;

export async function explore(
  limits: Bounds,
  tell: (worlds: number, open: number) => void = () => undefined,
  start = newWorld(limits.faults, limits.hasShortJobs),
): Promise<Found> {
  const seen = new Set<string>([keyOf(start)]);
  const wrong: { what: string; way: string[] }[] = [];
  let steps = 0;
  // The shortest ways first.
  for (let open: Node[] = [{ world: start, way: [] }]; open.length > 0 && wrong.length < MAX_WRONG;) {
    tell(seen.size, open.length);
    const next: Node[] = [];
    for (const { world, way } of open) {
      const complaint = await judge(world);
      if (complaint) {
        wrong.push({ what: complaint, way });
        continue;
      }
      for (const { name, go } of edgesOf(world, limits)) {
        const after = copy(world);
        await go(after);
        if (limits.watchers === 'at once') {
          await watch(after);
        }
        steps++;
        const key = keyOf(after);
        if (!seen.has(key)) {
          seen.add(key);
          next.push({ world: after, way: [...way, name] });
        }
      }
    }
    open = next;
  }
  return { worlds: seen.size, steps, wrong };
}

/** Everything that may happen next. */
function edgesOf(world: World, limits: Bounds): Edge[] {
  return [
    ...(isBetweenWrites(world) ? [] : movesOf(world, limits).map(({ name, make }) => ({ name, go: make }))),
    ...world.executions.flatMap(({ previous }, index) =>
      previous.isAnswered && limits.watchers !== 'any time' ? [] : edgesOfExecution(world, index),
    ),
    ...world.onTheWire.map((input, index) => ({
      name: `the call for ${input.jobName} lands`,
      go: (next: World) => {
        next.onTheWire.splice(index, 1);
        if (next.jobs.every(({ status }) => status !== 'InProgress')) {
          land(next, input);
        }
      },
    })),
    ...world.jobs.flatMap(({ status, isListed }, index) => [
      ...(status === 'InProgress'
        ? [{ name: `job ${index} ends`, go: (next: World) => end(next, index) }]
        : []),
      ...(isListed || !isInDoubt(world)
        ? []
        : [{ name: `job ${index} is listed`, go: (next: World) => list(next, index) }]),
    ]),
    ...(mayPass(world) ? [{ name: 'time passes', go: pass }] : []),
  ];
}

/** Executions that have answered go on, each by one poll, while none of the others is in the middle of one. */
async function watch(world: World): Promise<void> {
  const isPolling = world.executions.some(({ poll }) => poll);
  for (const [index, { state, previous }] of world.executions.entries()) {
    if (!isPolling && state === 'running' && previous.isAnswered) {
      while ((await step(world, index)) === 'stopped');
    }
  }
}

function edgesOfExecution(world: World, index: number): Edge[] {
  const { state, poll } = world.executions[index];
  const name = `${world.executions[index].event.RequestType} ${index}`;
  switch (state) {
    case 'ended':
      return [];
    case 'undelivered':
      return [
        { name: `${name} is delivered`, go: (next) => void (next.executions[index].state = 'running') },
      ];
    case 'running':
      if (!poll) {
        return [{ name: `${name} polls`, go: (next) => goFurther(next, index) }];
      }
      return [
        { name: `${name} goes on`, go: (next) => goFurther(next, index) },
        ...(world.faults > 0 ? faultsOf(name, index) : []),
      ];
  }
}

/**
 * Whether a poll is between two of its own writes: each of them fails if somebody came before it, so that what
 * CloudFormation does here it may as well do before the poll.
 */
function isBetweenWrites({ executions }: World): boolean {
  return executions.some(({ poll }) => poll?.stop && !isAtCall(poll.stop));
}

function isAtCall({ before, after }: Stop): boolean {
  return [before, after].some((effect) => effect !== 'PutItem' && effect !== 'nothing');
}

/** One side effect further, or several where nobody else could come between them. */
async function goFurther(world: World, index: number): Promise<void> {
  const isAlone = world.executions.every(({ state }, other) => other === index || state === 'ended');
  while ((await step(world, index)) === 'stopped') {
    if (!isAlone || world.faults > 0 || isAtCall(world.executions[index].poll!.stop!)) {
      return;
    }
  }
}

function faultsOf(name: string, index: number): Edge[] {
  const effects: Effect[] = ['answer lost', 'call lost', 'dies, call on the wire'];
  return [
    {
      name: `${name} dies`,
      go: (next) => {
        next.faults--;
        die(next.executions[index]);
      },
    },
    ...effects.map((effect) => ({
      name: `${name}: ${effect}`,
      go: async (next: World) => {
        next.faults--;
        await step(next, index, effect);
        if (effect.startsWith('dies')) {
          die(next.executions[index]);
        }
      },
    })),
  ];
}

function end(world: World, index: number): void {
  const job = world.jobs[index];
  job.status = 'Completed';
  job.hasModel = true;
}

function list(world: World, index: number): void {
  world.jobs[index].isListed = true;
}

/** Whether somebody looks for what a call may have started. */
function isInDoubt({ items }: World): boolean {
  return Object.values(items).some(({ record }) => record?.S.includes('"starting"'));
}

/** Minutes pass only when no call is under way, none is on the wire, and lists have caught up. */
function mayPass(world: World): boolean {
  const { executions, onTheWire, jobs } = world;
  return (
    onTheWire.length === 0 &&
    (jobs.every(({ isListed }) => isListed) || !isInDoubt(world)) &&
    executions.every(({ poll }) => poll === undefined) &&
    (isInDoubt(world) ||
      executions.some(({ state, previous }) => state === 'running' && isTolerating(previous)))
  );
}

function isTolerating({ memory }: World['executions'][number]['previous']): boolean {
  return (memory as { tolerance?: object } | undefined)?.tolerance !== undefined;
}

function pass(world: World): void {
  world.clock += 150_000;
}

/** What is wrong with a world now, or where it comes to rest if nobody makes another request. */
async function judge(world: World): Promise<string | undefined> {
  return usedIsGone(world) ?? (await atRest(world));
}

/** A model that somebody uses is deleted: the worst of all. */
function usedIsGone({ stack, jobs }: World): string | undefined {
  const used = [
    ...(stack.physicalId !== undefined && !isToGo(stack.physicalId, stack) ? [stack.physicalId] : []),
    ...(stack.before && stack.phase === 'rollback' ? [stack.before.physicalId] : []),
    ...stack.retained,
  ];
  const gone = used.find((id) => {
    const job = jobs.find(({ arn }) => arn === id);
    return job === undefined || (job.status === 'Completed' && !job.hasModel);
  });
  return gone && `${gone} is in use or retained, and gone`;
}

function isToGo(id: string, { phase, toDelete, then }: World['stack']): boolean {
  return phase === 'gone' || (phase === 'delete' && (then !== 'idle' || toDelete.includes(id)));
}

/** Lets everything end by itself, and looks at what is left. */
async function atRest(world: World): Promise<string | undefined> {
  const isResting = ['idle', 'gone'].includes(world.stack.phase) && world.stack.toDelete.length === 0;
  if (!isResting) {
    return undefined;
  }
  const rest = copy(world);
  for (let rounds = 0; rounds < 60 && !isAtRest(rest); rounds++) {
    await goOn(rest);
  }
  if (!isAtRest(rest)) {
    const endless = rest.executions.find(({ state }) => state !== 'ended')!;
    return `${endless.event.RequestType} ${endless.event.RequestId} does not end: it waits for ${endless.previous.lastSeen}`;
  }
  const { stack, jobs } = rest;
  const expected = [
    ...(stack.phase !== 'gone' && stack.physicalId ? [stack.physicalId] : []),
    ...stack.retained,
  ];
  const left = jobs
    .filter(({ hasModel, status }) => hasModel || status === 'InProgress')
    .map(({ arn }) => arn);
  const orphan = left.find((arn) => !expected.includes(arn));
  return usedIsGone(rest) ?? (orphan && `${orphan} is left, and nobody has it`);
}

function isAtRest({ executions, onTheWire }: World): boolean {
  return onTheWire.length === 0 && executions.every(({ state }) => state === 'ended');
}

async function goOn(world: World): Promise<void> {
  for (const input of world.onTheWire.splice(0)) {
    if (world.jobs.every(({ status }) => status !== 'InProgress')) {
      land(world, input);
    }
  }
  for (const [index, execution] of world.executions.entries()) {
    execution.state = execution.state === 'undelivered' ? 'running' : execution.state;
    if (execution.state === 'running') {
      while ((await step(world, index)) !== 'finished');
    }
  }
  world.jobs.forEach((job, index) => {
    job.isListed = true;
    if (job.status === 'InProgress') {
      end(world, index);
    }
  });
  pass(world);
}
