import type { Job } from '../shared/bedrock';
import type { PollInput } from '../shared/engine';
import type { AssumedRole } from './assume-role';
import { toAttributes, type Attributes } from './attributes';
import { reachBedrock, type Bedrock } from './bedrock';
import { findMismatches } from './expectations';
import { decideOnJob, secondsToAsk } from './job-decision';
import type { Memory } from './memory';
import { decideOnModel, secondsToDescribe } from './model-decision';
import { brokenRule } from './place';
import * as reasons from './reasons';
import { decideOnReply } from './smoke-test-decision';
import { Turn } from './turn';

export function handler(input: PollInput): Promise<Memory> {
  return poll(input, reachBedrock, Date.now);
}

/** How Bedrock is reached in a Region, as the function's own role or another one. */
type Reach = (region: string, role?: AssumedRole) => Bedrock;

/**
 * Asks Bedrock once and decides: for the job and then its model, or for an answer of the model when only
 * that is left. The state machine calls it again after the wait.
 */
export async function poll(input: PollInput, reach: Reach, now: () => number): Promise<Memory> {
  const turn = new Turn(input, now);
  const { roleArn, externalId, jobIdentifier } = turn.properties;
  const rule = brokenRule(jobIdentifier);
  if (rule) {
    return refuse(turn, rule);
  }
  const bedrock = reach(turn.place.region, roleArn ? { roleArn, externalId } : undefined);
  const { attributes } = turn.memory;
  return attributes ? testModel(turn, bedrock, attributes) : followJob(turn, bedrock);
}

function refuse(turn: Turn, message: string): Memory {
  const situation = turn.situate({ fault: { name: 'MalformedIdentifier', message } });
  return turn.end({ action: 'fail', reason: reasons.invalid(situation.wait, message) }, situation);
}

async function followJob(turn: Turn, bedrock: Bedrock): Promise<Memory> {
  const observation = await bedrock.job(turn.properties.jobIdentifier);
  const answer = 'answer' in observation ? observation.answer : undefined;
  const situation = turn.situate(observation, answer);
  const decision = decideOnJob(observation, situation);
  switch (decision.action) {
    case 'goOn':
      return followCompletedJob(turn, bedrock, decision.with);
    case 'fail':
      return turn.end(decision, situation);
    case 'handOver':
      return turn.end(
        { action: 'handOver', attributes: toAttributes(answer ?? { status: 'InProgress' }) },
        situation,
      );
    case 'wait': {
      const isKnown = turn.memory.isKnown || answer !== undefined;
      const remembered = { isKnown, doubt: decision.doubt };
      return turn.wait(situation, remembered, secondsToAsk(situation), { warning: decision.warning });
    }
  }
}

/** Only the last link asks for the model: the others leave what comes after the import to it. */
async function followCompletedJob(turn: Turn, bedrock: Bedrock, job: Job): Promise<Memory> {
  const situation = turn.situate({ answer: job }, job);
  const mismatches = findMismatches(job, turn.properties);
  if (mismatches.length > 0) {
    return turn.end({ action: 'fail', reason: reasons.notAsExpected(situation.wait, mismatches) }, situation);
  }
  return situation.continues
    ? turn.end({ action: 'handOver', attributes: toAttributes(job) }, situation)
    : followModel(turn, bedrock, job);
}

async function followModel(turn: Turn, bedrock: Bedrock, job: Job): Promise<Memory> {
  const observation = await bedrock.model(job.importedModelArn!);
  const situation = turn.situate(observation, job);
  const decision = decideOnModel(observation, job, situation);
  switch (decision.action) {
    case 'fail':
      return turn.end(decision, situation);
    case 'wait': {
      const remembered = { isKnown: true, doubt: decision.doubt };
      return turn.wait(situation, remembered, secondsToDescribe(situation), { warning: decision.warning });
    }
    case 'goOn': {
      const attributes = toAttributes(job, decision.with);
      if (!situation.hasSmokeTest || situation.isOwnJob) {
        return turn.end({ action: 'succeed', attributes }, situation, { warning: decision.warning });
      }
      if (situation.remainingSeconds <= 0) {
        return turn.end({ action: 'fail', reason: reasons.noAnswer(situation.wait, attributes) }, situation);
      }
      // A call to the model takes what a poll may take: the next one, at once, does nothing else.
      return turn.wait(situation, { attributes }, 0, { warning: decision.warning });
    }
  }
}

async function testModel(turn: Turn, bedrock: Bedrock, attributes: Attributes): Promise<Memory> {
  const observation = await bedrock.reply(attributes.importedModelArn, turn.properties.smokeTest!);
  const situation = turn.situate(observation);
  const decision = decideOnReply(observation, situation);
  switch (decision.action) {
    case 'goOn': {
      const { bytes, milliseconds } = decision.with;
      const details = { answerBytes: bytes, answerMilliseconds: milliseconds };
      return turn.end({ action: 'succeed', attributes }, situation, details);
    }
    case 'fail':
      return turn.end(decision, situation);
    case 'wait':
      return turn.wait(situation, { attributes, doubt: decision.doubt }, situation.remainingSeconds, {
        warning: decision.warning,
      });
  }
}
