import { App, Aspects, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/** Crashes on its first poll, and finds the job completed on the second. */
const IS_COMPLETE = `
exports.handler = async (event) => {
  const fault = await (await fetch(process.env.FAULTS_URL + '/poll')).text();
  if (fault === 'exit') process.exit(1);
  if (fault === 'throw') throw new Error('Injected crash');
  return { IsComplete: fault === 'none' };
};
`;

/** A waiter on CDK's Provider framework, for comparison. */
const app = new App();
const stack = new Stack(app, app.node.getContext('stack') as string);
const fn = (id: string, code: string): lambda.Function =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(code),
    environment: { FAULTS_URL: app.node.getContext('faultsUrl') as string },
  });
const provider = new Provider(stack, 'Provider', {
  onEventHandler: fn('OnEvent', "exports.handler = async () => ({ PhysicalResourceId: 'job' });"),
  isCompleteHandler: fn('IsComplete', IS_COMPLETE),
  queryInterval: Duration.seconds(5),
  totalTimeout: Duration.minutes(2),
});
new CustomResource(stack, 'Waiter', { serviceToken: provider.serviceToken });
Aspects.of(app).add(new BedrockEndpoint());
