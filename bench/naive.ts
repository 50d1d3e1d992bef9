import { Bedrock } from '@aws-sdk/client-bedrock';

/** What a bundle holds when the aggregated client is used: every operation of the service. */
const client = new Bedrock({});

export const handler = (event: { jobIdentifier: string }) => client.getModelImportJob(event);
