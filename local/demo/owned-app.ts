import { App, Aspects, Duration } from 'aws-cdk-lib';
import { OwnedModelStack } from '../../bin/owned-model-stack';
import { BedrockEndpoint } from '../cloud/bedrock-endpoint';
import { POLL_INTERVAL_SECONDS } from './demo';

/** The sample app with a model of its own, for the local cloud. */
const app = new App();
new OwnedModelStack(app, 'BedrockOwnedModelSample', {
  source: 's3://weights/llama/',
  version: app.node.getContext('version') as string,
  pollInterval: Duration.seconds(POLL_INTERVAL_SECONDS),
});
Aspects.of(app).add(new BedrockEndpoint());
