import type { ResourceEvent } from '../../../lambda/shared/engine';
import { LOGICAL_ID, STACK_ID, type Stack, type World } from './world';

/**
 * CloudFormation with a stack of one resource, and everything that may happen to it: deployments with and without
 * rollback, requests that it gives up, answers that it does not hear, rollbacks that fail and are continued, what is
 * orphaned, and the deletion of the stack. Each function returns what may happen next.
 */

/** Something that may happen next. */
export interface Move {
  readonly name: string;
  readonly make: (world: World) => void;
}

/** What the search may not do, to stay small. */
export interface Limits {
  /** Requests in all. */
  readonly requests: number;
  /** How often one Delete is made again. */
  readonly tries: number;
  /** Whether the event CREATE_FAILED of a cancelled create has the ID that CloudFormation generates. */
  readonly hasGeneratedId: boolean;
}

export function movesOf(world: World, limits: Limits): Move[] {
  const { stack } = world;
  switch (stack.phase) {
    case 'idle':
      return stack.requests < limits.requests ? deployments(stack) : [];
    case 'create':
    case 'update':
    case 'rollback':
    case 'delete':
      return [...hear(world, limits), ...giveUp(world, limits)];
    case 'rollback failed':
      return afterFailedRollback(stack, limits);
    case 'gone':
      return [];
  }
}

function deployments(stack: Stack): Move[] {
  const { physicalId, failedCreate } = stack;
  if (failedCreate !== undefined) {
    return [
      move('create anew, the old one deleted first', (world) => {
        tellStack(world, 'UPDATE_IN_PROGRESS');
        world.stack.failedCreate = undefined;
        deleteAll(world, [failedCreate], 'create');
      }),
      move('create anew, the old one deleted later', (world) => {
        tellStack(world, 'UPDATE_IN_PROGRESS');
        create(world);
      }),
      move('delete the stack', (world) => deleteStack(world, [failedCreate])),
    ];
  }
  if (physicalId === undefined) {
    return [
      move('create', (world) => {
        tellStack(world, 'CREATE_IN_PROGRESS');
        create(world);
      }),
    ];
  }
  return [
    move('update', (world) => {
      tellStack(world, 'UPDATE_IN_PROGRESS');
      update(world);
    }),
    move('delete the stack', (world) => deleteStack(world, [physicalId])),
    move('orphan', (world) => {
      world.stack.retained.push(physicalId);
      tellStack(world, 'UPDATE_IN_PROGRESS');
      tell(world, 'DELETE_SKIPPED', physicalId);
      world.stack.physicalId = undefined;
      world.stack.source = '';
    }),
  ];
}

function create(world: World): void {
  world.stack.phase = 'create';
  request(world, 'Create');
}

function update(world: World): void {
  const { stack } = world;
  stack.before = { physicalId: stack.physicalId!, source: stack.source };
  stack.phase = 'update';
  request(world, 'Update', { to: nextSource(stack.source) });
}

function nextSource(source: string): string {
  return source === 's3://weights/a/' ? 's3://weights/b/' : 's3://weights/a/';
}

/** CloudFormation hears the answer. */
function hear(world: World, limits: Limits): Move[] {
  const { sent, event } = world.executions[world.stack.waitsFor!];
  if (!sent) {
    return [];
  }
  const type = event.RequestType.toUpperCase();
  if (sent.status === 'FAILED') {
    const eventId = event.RequestType === 'Create' ? sent.physicalResourceId : event.PhysicalResourceId!;
    return failed(world, `hears FAILED of ${event.RequestType}`, eventId, sent.physicalResourceId, limits);
  }
  const succeed = (name: string, then: (world: World) => void): Move =>
    move(`hears SUCCESS of ${event.RequestType}${name}`, (world) => {
      tell(world, `${type}_COMPLETE`, sent.physicalResourceId);
      then(world);
    });
  const id = sent.physicalResourceId;
  switch (world.stack.phase) {
    case 'create':
      return [
        succeed('', (world) => recordNew(world, id)),
        succeed(', another resource fails', (world) => {
          tellStack(world, 'ROLLBACK_IN_PROGRESS');
          deleteAll(world, [id, ...pending(world)], 'absent');
        }),
      ];
    case 'update':
      return [
        succeed('', (world) => complete(world, id)),
        ...(world.stack.requests < limits.requests
          ? [
              succeed(', another resource fails', (world) => rollBack(world, id)),
              ...(id === world.stack.physicalId
                ? []
                : [
                    succeed(', another resource fails, no request rolls back', (world) => restore(world, id)),
                  ]),
            ]
          : []),
      ];
    case 'rollback':
      return [succeed('', (world) => complete(world, id))];
    case 'delete':
    case 'gone':
    case 'idle':
    case 'rollback failed':
      return [succeed('', deleteNext)];
  }
}

/** CloudFormation waits no longer: the time is up, or the creation was cancelled. */
function giveUp(world: World, limits: Limits): Move[] {
  const { stack, executions } = world;
  const { event } = executions[stack.waitsFor!];
  if (event.RequestType !== 'Create') {
    return failed(
      world,
      `gives ${event.RequestType} up`,
      event.PhysicalResourceId!,
      event.PhysicalResourceId!,
      limits,
    );
  }
  const generated = `Stack-Model-${stack.waitsFor}`;
  return failed(world, 'gives Create up', limits.hasGeneratedId ? generated : '', generated, limits);
}

function failed(world: World, name: string, eventId: string, id: string, limits: Limits): Move[] {
  const type = world.executions[world.stack.waitsFor!].event.RequestType;
  const fail = (how: string, then: (world: World) => void): Move =>
    move(name + how, (world) => {
      tell(world, `${type.toUpperCase()}_FAILED`, eventId);
      then(world);
    });
  const hasRequests = world.stack.requests < limits.requests;
  switch (world.stack.phase) {
    case 'create':
      return [
        ...(hasRequests
          ? [
              fail('', (world) => {
                tellStack(world, 'ROLLBACK_IN_PROGRESS');
                deleteAll(world, [id, ...pending(world)], 'absent');
              }),
            ]
          : []),
        fail(', no rollback', (world) => {
          // A create before it that is not deleted yet stays behind it.
          world.stack.toDelete.push(...pending(world));
          world.stack.failedCreate = id;
          rest(world);
        }),
      ];
    case 'update':
      return [
        ...(hasRequests ? [fail('', (world) => rollBack(world, world.stack.physicalId!))] : []),
        fail(', no rollback', rest),
      ];
    case 'rollback':
      return [fail('', (world) => (world.stack.phase = 'rollback failed'))];
    case 'delete':
    case 'gone':
    case 'idle':
    case 'rollback failed':
      return world.stack.tries < limits.tries && hasRequests
        ? [fail(', tries again', tryAgain)]
        : world.stack.then === 'idle'
          ? // A clean-up that fails leaves what it was for.
            [fail(', leaves it', deleteNext)]
          : [];
  }
}

/** A failed create of an earlier deployment that is deleted with, or after, the new one. */
function pending({ stack }: World): string[] {
  return stack.failedCreate === undefined ? [] : [stack.failedCreate];
}

function rest({ stack }: World): void {
  stack.phase = 'idle';
  stack.waitsFor = undefined;
}

function recordNew(world: World, id: string): void {
  const { stack } = world;
  stack.physicalId = id;
  stack.source = sourceOf(world);
  const old = [...pending(world), ...stack.toDelete];
  stack.failedCreate = undefined;
  if (old.length > 0) {
    deleteAll(world, old, 'idle');
  } else {
    rest(world);
  }
}

/** What was replaced is deleted, or retained, when everything else is done. */
function complete(world: World, id: string): void {
  const { stack } = world;
  const { phase } = stack;
  const replaced = stack.physicalId!;
  stack.source = sourceOf(world);
  stack.physicalId = id;
  stack.before = undefined;
  if (replaced !== id) {
    const operation = phase === 'rollback' ? 'UPDATE_ROLLBACK' : 'UPDATE';
    tellStack(world, `${operation}_COMPLETE_CLEANUP_IN_PROGRESS`);
    deleteAll(world, [replaced], 'idle');
  } else {
    rest(world);
  }
}

function sourceOf({ stack, executions }: World): string {
  const { definition } = executions[stack.waitsFor!].event.ResourceProperties as unknown as {
    definition: { s3Uri: string };
  };
  return definition.s3Uri;
}

function rollBack(world: World, from: string): void {
  const { stack } = world;
  stack.physicalId = from;
  const failedSource = sourceOf(world);
  tellStack(world, 'UPDATE_ROLLBACK_IN_PROGRESS');
  stack.phase = 'rollback';
  request(world, 'Update', { to: stack.before!.source, old: failedSource });
}

/** A replacement is undone in CloudFormation's own record, and what was imported for it is deleted. */
function restore(world: World, replacement: string): void {
  tellStack(world, 'UPDATE_ROLLBACK_IN_PROGRESS');
  tellStack(world, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  world.stack.before = undefined;
  deleteAll(world, [replacement], 'idle');
}

function afterFailedRollback(stack: Stack, limits: Limits): Move[] {
  if (stack.requests >= limits.requests) {
    return [];
  }
  const now = stack.physicalId!;
  const older = stack.before!.physicalId;
  const deleting = (name: string, ids: string[]): Move =>
    move(`delete the stack: ${name}`, (world) => deleteStack(world, ids));
  return [
    move('continue the rollback', (world) => {
      const { ResourceProperties } = world.executions.at(-1)!.event;
      tellStack(world, 'UPDATE_ROLLBACK_IN_PROGRESS');
      world.stack.phase = 'rollback';
      const { s3Uri } = ResourceProperties.definition as { s3Uri: string };
      request(world, 'Update', { to: world.stack.before!.source, old: nextSource(s3Uri) });
    }),
    deleting('the newer', [now]),
    ...(older === now ? [] : [deleting('the older', [older]), deleting('both', [older, now])]),
  ];
}

function deleteStack(world: World, ids: string[]): void {
  tellStack(world, 'DELETE_IN_PROGRESS');
  deleteAll(world, [...ids, ...world.stack.toDelete], 'gone');
}

function deleteAll(world: World, ids: string[], then: Stack['then']): void {
  const { stack } = world;
  stack.phase = 'delete';
  stack.toDelete = ids;
  stack.then = then;
  stack.tries = 0;
  tell(world, 'DELETE_IN_PROGRESS', ids[0]);
  request(world, 'Delete', { id: ids[0] });
}

function tryAgain(world: World): void {
  world.stack.tries++;
  request(world, 'Delete', { id: world.stack.toDelete[0] });
}

function deleteNext(world: World): void {
  const { stack } = world;
  const [gone, next] = stack.toDelete;
  stack.toDelete = stack.toDelete.slice(1);
  if (gone === stack.failedCreate) {
    stack.failedCreate = undefined;
  }
  if (next !== undefined) {
    deleteAll(world, stack.toDelete, stack.then);
    return;
  }
  switch (stack.then!) {
    case 'idle':
      return rest(world);
    case 'create':
      return create(world);
    case 'absent':
      stack.physicalId = undefined;
      stack.source = '';
      return rest(world);
    case 'gone':
      // The state machine goes with the stack, and executions end.
      stack.phase = 'gone';
      world.executions.forEach((execution) => {
        execution.state = 'ended';
        execution.poll = undefined;
      });
  }
}

/** CloudFormation makes a request, a second after the one before. */
function request(
  world: World,
  RequestType: 'Create' | 'Update' | 'Delete',
  { to, old, id }: { readonly to?: string; readonly old?: string; readonly id?: string } = {},
): void {
  const { stack } = world;
  world.clock += 1000;
  stack.requests++;
  stack.waitsFor = world.executions.length;
  const source = to ?? (RequestType === 'Create' ? 's3://weights/a/' : stack.source);
  const event = {
    RequestType,
    StackId: STACK_ID,
    LogicalResourceId: LOGICAL_ID,
    RequestId: `request-${world.executions.length}`,
    ...(RequestType !== 'Create' && { PhysicalResourceId: id ?? stack.physicalId }),
    ResourceProperties: properties(source),
    ...(RequestType === 'Update' && { OldResourceProperties: properties(old ?? stack.source) }),
  } as unknown as ResourceEvent;
  if (RequestType !== 'Delete') {
    tell(world, `${RequestType.toUpperCase()}_IN_PROGRESS`, stack.physicalId ?? '');
  }
  world.executions.push({
    event,
    requestedAt: world.clock,
    state: 'undelivered',
    previous: { attempt: 0 },
  });
}

function properties(s3Uri: string): object {
  return {
    tableName: 'Imports',
    definition: { roleArn: 'arn:aws:iam::123456789012:role/import', s3Uri },
    preflight: 'false',
    startTimeoutSeconds: '3300',
    deadlineSeconds: '3300',
    pollIntervalSeconds: '10',
  };
}

function tell(world: World, status: string, physicalId: string): void {
  push(world, { LogicalResourceId: LOGICAL_ID, PhysicalResourceId: physicalId, ResourceStatus: status });
}

function tellStack(world: World, status: string): void {
  push(world, { LogicalResourceId: 'Stack', PhysicalResourceId: STACK_ID, ResourceStatus: status });
}

function push(world: World, event: Record<string, string>): void {
  world.clock += 1000;
  world.events.push({
    StackId: STACK_ID,
    StackName: 'Stack',
    EventId: String(world.events.length),
    Timestamp: new Date(world.clock),
    ...event,
  });
}

function move(name: string, make: (world: World) => void): Move {
  return { name, make };
}
