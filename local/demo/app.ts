import { App, Aspects, Duration } from 'aws-cdk-lib';
import { SampleStack } from '../../bin/sample-stack';
import { BedrockEndpoint } from '../cloud/bedrock-endpoint';
import { POLL_INTERVAL_SECONDS } from './demo';

/** The sample app for the local cloud. */
const app = new App();
new SampleStack(app, 'BedrockModelImportSample', {
  jobIdentifier: app.node.getContext('jobIdentifier') as string,
  pollInterval: Duration.seconds(POLL_INTERVAL_SECONDS),
});
Aspects.of(app).add(new BedrockEndpoint());
