import type { Answer, ResourceEvent, WaitReport } from '../shared/engine';
import { log } from '../shared/log';
import { physicalResourceId } from '../shared/physical-id';
import { isDeliverable } from '../shared/response-body';
import { modelAttributes, type Attributes } from './attributes';

/** What a wait ends with: an answer for CloudFormation, and a report for its metrics. */
export type Ending =
  | { readonly action: 'succeed' | 'handOver'; readonly attributes: Attributes }
  | { readonly action: 'fail'; readonly reason: string };

/** The answer. What describes the model gives way where the rest leaves no room for it. */
export function toAnswer(ending: Ending, event: ResourceEvent): Answer {
  if (ending.action === 'fail') {
    return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason: ending.reason };
  }
  const data = ending.attributes;
  const answer: Answer = {
    status: 'SUCCESS',
    physicalResourceId: data.jobArn || physicalResourceId(event),
    data,
  };
  if (isDeliverable(event, answer)) {
    return answer;
  }
  log('WARN', {
    message: 'The attributes of the model are empty: CloudFormation takes no more than the others',
    job: data.jobArn,
    model: data.importedModelArn,
  });
  return { ...answer, data: { ...data, ...modelAttributes() } };
}

/**
 * The report. How the import went is told once, by the link that saw its end: the attributes of later ones
 * tell of an end before they began.
 */
export function toReport(ending: Ending, startedAt: number, isContinued: boolean): WaitReport {
  if (ending.action === 'fail' || !ending.attributes.endTime) {
    return { outcome: ending.action };
  }
  const endedAt = Date.parse(ending.attributes.endTime);
  const createdAt = Date.parse(ending.attributes.creationTime);
  const hasSeenEnd = endedAt >= startedAt;
  return {
    outcome: ending.action,
    // A creation time that Bedrock omits is not a number.
    importSeconds: hasSeenEnd || !isContinued ? (endedAt - createdAt) / 1000 || undefined : undefined,
    endedAt: hasSeenEnd ? endedAt : undefined,
  };
}
