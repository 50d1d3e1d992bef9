import {
  acknowledge,
  adopt,
  begin,
  claim,
  EMPTY,
  end,
  expiresAt,
  findBefore,
  findByJob,
  goBack,
  isCurrent,
  learn,
  livingIn,
  mark,
  markedIn,
  nameCreation,
  nameJob,
  nameRequest,
  prune,
  recordAsKnown,
  rivalOf,
  start,
  whySuperseded,
  withdraw,
  type Claimant,
  type ResourceRecord,
} from '../../../../lambda/model/record';

const HOUR = 3600_000;
const NAMES = { definition: 'd', jobName: 'job', importedModelName: 'model' };
const request = (requestId: string, requestedAt = 1, from = ''): Claimant => ({
  requestId,
  requestedAt,
  from,
});

/** The record after an import that CloudFormation was told of. */
function imported(
  record: ResourceRecord,
  claimant: Claimant,
  jobArn: string,
  definition = 'd',
): ResourceRecord {
  const begun = begin(claim(record, claimant)!, claimant, { ...NAMES, definition }, 5)!;
  return acknowledge(start(begun, claimant.requestId, jobArn), claimant, jobArn)!;
}

const ONE = request('r1', 1);
const TWO = request('r2', 2, 'arn:a');
const A = imported(EMPTY, ONE, 'arn:a');

describe('claim', () => {
  test('makes a request the newest', () => {
    expect(claim(EMPTY, ONE)).toMatchObject({ newest: { requestId: 'r1', requestedAt: 1 } });
  });

  test('by a Create leaves what was there before, which is not the resource’s any more', () => {
    expect(claim(A, request('r3', 3))!.current).toBeUndefined();
    expect(claim(A, TWO)!.current).toBe('arn:a');
  });

  test.each([
    [
      'a newer request came',
      claim(EMPTY, request('r9', 9))!,
      ONE,
      'request r9 of the same resource is newer',
    ],
    ['its import is cancelled', nameRequest(EMPTY, 'r1', 5), ONE, 'its import was cancelled'],
    ['its import is marked', mark(A, 'r1', 'why', 5), ONE, 'why'],
    ['its import is removed', end(A, 'r1', 'removed', 5), ONE, 'its import was cancelled'],
    [
      'it is a Create that is barred',
      { imports: {}, barred: 1 },
      ONE,
      'CloudFormation has deleted what this request was to create',
    ],
    [
      'a Delete has named what it comes with',
      nameJob(A, 'arn:a', 5),
      TWO,
      'CloudFormation has deleted arn:a',
    ],
  ])('is refused when %s', (_, record: ResourceRecord, claimant, why) => {
    expect(whySuperseded(record, claimant)).toBe(why);
    expect(claim(record, claimant)).toBeUndefined();
    expect(isCurrent(record, claimant)).toBe(false);
  });

  test('of the same second is not refused, and has a rival that the events put in order', () => {
    const first = claim(EMPTY, ONE)!;
    expect(rivalOf(first, request('other', 1))).toBe(true);
    expect(rivalOf(first, ONE)).toBe(false);
    expect(rivalOf(first, request('later', 2))).toBe(false);
    expect(claim(first, request('other', 1))).toBeDefined();
  });

  test('by an Update is not barred, nor a Create that was made later', () => {
    expect(claim({ imports: {}, barred: 5 }, request('u', 3, 'arn:x'))).toBeDefined();
    expect(claim({ imports: {}, barred: 5 }, request('c', 6))).toBeDefined();
  });
});

describe('begin', () => {
  test('takes a claim', () => {
    expect(begin(EMPTY, ONE, NAMES, 5)).toBeUndefined();
    expect(begin(claim(EMPTY, ONE)!, ONE, NAMES, 5)!.imports.r1).toMatchObject({
      state: 'starting',
      startingAt: 5,
    });
  });

  test('is refused while an import of the request is there: nobody knows what its call has done', () => {
    const begun = begin(claim(EMPTY, ONE)!, ONE, NAMES, 5)!;
    expect(begin(begun, ONE, NAMES, 6)).toBeUndefined();
  });

  test('is possible again after a withdrawal, unless a Delete has named the import', () => {
    const begun = begin(claim(EMPTY, ONE)!, ONE, NAMES, 5)!;
    expect(begin(withdraw(begun, 'r1', 6), ONE, NAMES, 7)).toBeDefined();
    const cancelled = withdraw(nameRequest(begun, 'r1', 6), 'r1', 7);
    expect(cancelled.imports.r1).toMatchObject({ state: 'cancelled', endedAt: 7 });
    expect(begin(cancelled, ONE, NAMES, 8)).toBeUndefined();
  });
});

describe('start and acknowledge', () => {
  test('a job that has started is recorded, whatever has been decided since', () => {
    const marked = nameRequest(begin(claim(EMPTY, ONE)!, ONE, NAMES, 5)!, 'r1', 6);
    expect(start(marked, 'r1', 'arn:a').imports.r1).toMatchObject({
      state: 'started',
      jobArn: 'arn:a',
      remove: expect.any(String) as string,
    });
  });

  test('what CloudFormation is told is current', () => {
    expect(A).toMatchObject({ current: 'arn:a', imports: { r1: { acknowledged: true } } });
    expect(livingIn(A)).toBe(A.imports.r1);
  });

  test.each([
    ['it is marked', mark(A, 'r1', 'why', 5), ONE],
    ['a newer request came', claim(A, TWO)!, ONE],
    ['there is no such import', { ...A, imports: {} }, ONE],
  ])('CloudFormation is not told of an import when %s', (_, record, claimant) => {
    expect(acknowledge(record, claimant, 'arn:a')).toBeUndefined();
  });

  test('a rollback tells CloudFormation of the import before', () => {
    const back = request('r3', 3, 'arn:b');
    const rolledBack = acknowledge(claim(imported(A, TWO, 'arn:b'), back)!, back, 'arn:a')!;
    expect(rolledBack.current).toBe('arn:a');
    expect(livingIn(rolledBack)!.jobArn).toBe('arn:a');
  });
});

describe('a stack that goes back without a request', () => {
  const B = imported(A, TWO, 'arn:b');
  const C = imported(B, request('r3', 3, 'arn:b'), 'arn:c');

  test('lives on in the import before the one that it deletes', () => {
    expect(goBack(B, 'arn:b').current).toBe('arn:a');
    expect(livingIn(goBack(B, 'arn:b'))).toBe(B.imports.r1);
  });

  test('passes over what has to go, too', () => {
    expect(goBack(mark(C, 'r2', 'why', 6), 'arn:c').current).toBe('arn:a');
    expect(goBack(mark(mark(C, 'r2', 'why', 6), 'r1', 'why', 6), 'arn:c').current).toBeUndefined();
  });

  test('keeps what it has when it deletes another import', () => {
    expect(goBack(C, 'arn:b')).toBe(C);
  });
});

describe('mark', () => {
  test('an import has to go, and is not living any more', () => {
    const marked = mark(A, 'r1', 'why', 5);
    expect(markedIn(marked).map(([id]) => id)).toEqual(['r1']);
    expect(livingIn(marked)).toBeUndefined();
    expect(mark(marked, 'r1', 'other', 6)).toBe(marked);
    expect(markedIn(end(marked, 'r1', 'removed', 6))).toEqual([]);
  });

  test('what is not there, or gone, is not marked', () => {
    expect(mark(A, 'nobody', 'why', 5)).toBe(A);
    const gone = end(A, 'r1', 'removed', 5);
    expect(mark(gone, 'r1', 'why', 6)).toBe(gone);
  });

  test('a model that was adopted by a request which came to nothing is left as it was', () => {
    const adopted = adopt(claim(EMPTY, ONE)!, ONE, { ...NAMES, jobArn: 'arn:x' }, 5)!;
    expect(mark(adopted, 'r1', 'why', 6).imports.r1).toMatchObject({ state: 'removed', endedAt: 6 });
    expect(markedIn(mark(recordAsKnown(adopted, 'r1'), 'r1', 'why', 6))).toHaveLength(1);
  });

  test('adoption takes a claim as well', () => {
    expect(adopt(EMPTY, ONE, { ...NAMES, jobArn: 'arn:x' }, 5)).toBeUndefined();
  });
});

describe('a Delete names', () => {
  test('by the ID of a request its import, also one that has not come yet', () => {
    expect(markedIn(nameRequest(A, 'r1', 5)).map(([id]) => id)).toEqual(['r1']);
    expect(nameRequest(EMPTY, 'r1', 5).imports.r1).toMatchObject({ state: 'cancelled', endedAt: 5 });
  });

  test('by a job ARN its import, and what came with this ARN and was never acknowledged', () => {
    const begun = begin(claim(A, TWO)!, TWO, NAMES, 5)!;
    expect(markedIn(nameJob(begun, 'arn:a', 6)).map(([id]) => id)).toEqual(['r1', 'r2']);
    expect(markedIn(nameJob(imported(A, TWO, 'arn:b'), 'arn:a', 6)).map(([id]) => id)).toEqual(['r1']);
  });

  test('by a job ARN that is not recorded here that job, and nothing else', () => {
    expect(markedIn(nameJob(A, 'arn:x', 5)).map(([id]) => id)).toEqual(['arn:x']);
  });

  test('by a creation what it started, and whatever is delivered late', () => {
    const named = nameCreation(A, { began: 0, ended: 4 }, 5);
    expect(named.barred).toBe(4);
    expect(markedIn(named)).toHaveLength(1);
    expect(claim(named, request('late', 3))).toBeUndefined();
    expect(claim(named, request('newer', 5))).toBeDefined();
  });

  test.each([
    ['a newer create', imported(EMPTY, request('r9', 9), 'arn:n')],
    ['an update', imported(EMPTY, request('r3', 3, 'arn:z'), 'arn:n')],
    ['an earlier creation that CloudFormation was told of', imported(EMPTY, request('r0', 0), 'arn:n')],
    ['what CloudFormation has recorded', recordAsKnown(imported(EMPTY, request('r2', 2), 'arn:n'), 'r2')],
  ])('by a creation not %s', (_, record) => {
    expect(markedIn(nameCreation(record, { began: 1, ended: 4 }, 5))).toEqual([]);
  });

  test('by a creation what an earlier Create started and never told', () => {
    const begun = begin(claim(EMPTY, request('r0', 0))!, request('r0', 0), NAMES, 1)!;
    expect(markedIn(nameCreation(begun, { began: 2, ended: 4 }, 5)).map(([id]) => id)).toEqual(['r0']);
  });

  test('an earlier bar is not lowered', () => {
    expect(nameCreation({ imports: {}, barred: 9 }, { began: 1, ended: 4 }, 5).barred).toBe(9);
  });
});

describe('going back', () => {
  const B = imported(A, TWO, 'arn:b', 'd2');
  const C = imported(B, request('r3', 3, 'arn:b'), 'arn:c', 'd3');

  test('finds the import with a definition along the chain, and never the current one', () => {
    expect(findBefore(C, 'arn:c', 'd')?.jobArn).toBe('arn:a');
    expect(findBefore(C, 'arn:c', 'd2')?.jobArn).toBe('arn:b');
    expect(findBefore(C, 'arn:c', 'd3')).toBeUndefined();
    expect(findBefore(C, 'arn:x', 'd')).toBeUndefined();
  });

  test('finds nothing that has to go or is gone', () => {
    expect(findBefore(mark(C, 'r1', 'why', 5), 'arn:c', 'd')).toBeUndefined();
    expect(findBefore(end(C, 'r1', 'removed', 5), 'arn:c', 'd')).toBeUndefined();
  });

  test('comes to an end in a chain that closes', () => {
    const closed = { ...B, imports: { ...B.imports, r1: { ...B.imports.r1, from: 'arn:b' } } };
    expect(findBefore(closed, 'arn:b', 'nothing')).toBeUndefined();
  });
});

describe('what was there before the record', () => {
  test('is learned once', () => {
    const learned = learn(EMPTY, 'arn:a', 'd');
    expect(findByJob(learned, 'arn:a')!.entry).toMatchObject({
      definition: 'd',
      acknowledged: true,
      recorded: true,
    });
    expect(learn(learned, 'arn:a', 'other')).toBe(learned);
  });

  test('a job that was retained and adopted again is found in its last entry', () => {
    const again = request('r5', 5);
    const adopted = adopt(claim(A, again)!, again, { ...NAMES, jobArn: 'arn:a' }, 6)!;
    expect(findByJob(adopted, 'arn:a')!.id).toBe('r5');
  });
});

describe('size', () => {
  test('what ended a day ago is dropped, the rest is kept', () => {
    const ended = end(A, 'r1', 'removed', 0);
    expect(Object.keys(prune(ended, 24 * HOUR - 1).imports)).toEqual(['r1']);
    expect(prune(ended, 24 * HOUR).imports).toEqual({});
    expect(prune(A, 9999 * HOUR).imports).toHaveProperty('r1');
  });

  test('of acknowledged imports the oldest go, never one that is marked or was never told', () => {
    let record = mark(imported(EMPTY, request('marked', 0), 'arn:m'), 'marked', 'why', 1);
    record = begin(claim(record, request('untold', 1))!, request('untold', 1), NAMES, 1)!;
    for (let index = 2; index < 303; index++) {
      record = imported(record, request(`r${index}`, index), `arn:${index}`);
    }
    const ids = Object.keys(prune(record, HOUR).imports);
    expect(ids).toHaveLength(202);
    expect(ids).toEqual(expect.arrayContaining(['marked', 'untold', 'r302', 'r103']));
    expect(ids).not.toContain('r102');
    expect(JSON.stringify(prune(record, HOUR)).length).toBeLessThan(400_000);
  });

  test('a record may go a day after its last import', () => {
    expect(expiresAt(A, HOUR)).toBeUndefined();
    expect(expiresAt(end(A, 'r1', 'removed', HOUR), HOUR)).toBe(25 * HOUR);
    expect(expiresAt(EMPTY, HOUR)).toBe(25 * HOUR);
  });
});
