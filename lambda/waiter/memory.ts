import type { Fault } from '../shared/bedrock';
import type { PollResult } from '../shared/engine';
import { extend, pause, type Streak } from '../shared/patience';
import { cut } from '../shared/text';
import type { Attributes } from './attributes';

/** What a wait remembers from one poll to the next. It passes through the state machine. */
export interface Memory extends PollResult {
  /** Whether Bedrock has described the job. */
  readonly isKnown?: boolean;
  /** The answers in a row that left the wait where it was. */
  readonly doubt?: Doubt;
  /** What the wait ends with, once nothing but the smoke test is left. */
  readonly attributes?: Attributes;
}

type Kind = 'absent' | 'refused' | 'unnamed' | 'model absent' | 'model refused';

/** Answers of one kind in a row, with the fault of the last one. */
export interface Doubt extends Streak {
  readonly kind: Kind;
  readonly fault: Fault;
}

/** What a message may take of what is remembered, in bytes. */
const MAX_MESSAGE_BYTES = 1000;

/** The doubt with one more answer of a kind. An answer of another kind begins a doubt of its own. */
export function deepen(doubt: Doubt | undefined, kind: Kind, now: number, fault: Fault): Doubt {
  const message = cut(fault.message, MAX_MESSAGE_BYTES);
  return { ...extend(doubt, kind, now), kind, fault: { ...fault, message } };
}

/** The doubt after a throttled or faulty call, which neither deepens nor ends it. */
export function suspend(doubt: Doubt | undefined): Doubt | undefined {
  return doubt && { ...pause(doubt)!, kind: doubt.kind, fault: doubt.fault };
}
