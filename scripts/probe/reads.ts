import {
  ListImportedModelsCommand,
  ListModelImportJobsCommand,
  type BedrockClient,
  type GetModelImportJobResponse,
} from '@aws-sdk/client-bedrock';
import { hasCompleted } from '../../lambda/shared/bedrock';
import { getJob, getModel, isAbsence, quote, type Clock } from './bedrock';
import type { Findings } from './findings';

/** Later than this after its end, nothing about a job changes any more. */
const SETTLED_MS = 15 * 60_000;

const DAY_MS = 86_400_000;

/** What calls that only read can tell. */
export async function probeByReading(client: BedrockClient, findings: Findings, clock: Clock): Promise<void> {
  const nowhere = `probe-nowhere-${clock.now()}`;
  await probeAbsence(client, findings, nowhere);
  const { modelImportJobSummaries: summaries = [] } = await client.send(
    new ListModelImportJobsCommand({ maxResults: 20 }),
  );
  const jobs: GetModelImportJobResponse[] = [];
  for (const { jobArn } of summaries) {
    const result = await getJob(client, jobArn!);
    if ('output' in result) {
      jobs.push(result.output);
    }
  }
  const settled = jobs.filter(({ endTime }) => endTime && clock.now() - endTime.getTime() > SETTLED_MS);
  await probeCompleted(client, findings, settled.filter(hasCompleted));
  await probeModels(client, findings, clock);
}

/** Whether the jobs of models are still there that were imported long ago. */
async function probeModels(client: BedrockClient, findings: Findings, clock: Clock): Promise<void> {
  const { modelSummaries = [] } = await client.send(new ListImportedModelsCommand({ maxResults: 20 }));
  for (const { modelArn, creationTime } of modelSummaries) {
    const model = await getModel(client, modelArn!);
    const days = Math.floor((clock.now() - creationTime!.getTime()) / DAY_MS);
    if (days > 0 && 'output' in model) {
      const job = await getJob(client, model.output.jobArn!);
      if ('output' in job || isAbsence(job.error.name)) {
        const answer = 'output' in job ? 'kept' : 'forgotten';
        findings.note('endedJob', answer, `the job of ${modelArn}, ${days} days after the import`);
      }
    }
  }
}

async function probeAbsence(client: BedrockClient, findings: Findings, name: string): Promise<void> {
  const results = {
    GetModelImportJob: await getJob(client, name),
    GetImportedModel: await getModel(client, name),
  };
  for (const [operation, result] of Object.entries(results)) {
    if ('error' in result && isAbsence(result.error.name)) {
      findings.note('absence', result.error.name, `${operation} of ${name}: ${quote(result.error)}`);
    }
  }
}

async function probeCompleted(
  client: BedrockClient,
  findings: Findings,
  jobs: GetModelImportJobResponse[],
): Promise<void> {
  const unnamed: GetModelImportJobResponse[] = [];
  let someAreNamed = false;
  for (const job of jobs) {
    const observed = `${job.jobName}, settled`;
    findings.note('success', job.status as 'Completed', observed);
    const { importedModelArn, importedModelName } = job;
    const result = await getModel(client, importedModelArn ?? importedModelName!);
    const exists = 'output' in result && result.output.jobArn === job.jobArn;
    if (importedModelArn) {
      someAreNamed = true;
      if (!exists) {
        findings.note('deletedModelArn', 'named', `${observed}, names a model that is not there`);
      }
    } else if (exists) {
      findings.note('modelArn', 'never', `${observed}, does not name its model, which is there`);
    } else {
      unnamed.push(job);
    }
  }
  // Where no job at all names its model, a deleted model explains nothing.
  if (someAreNamed) {
    unnamed.forEach(({ jobName }) =>
      findings.note('deletedModelArn', 'absent', `${jobName} names no model, and has none`),
    );
  }
}
