import { App, Aspects, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ModelImportJobWaiter, SmokeTest } from '../../../lib/index';
import { LINK } from '../../../lib/private/contract/links';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';
import { makeWaiterFaulty } from './faulty-functions';

/**
 * A waiter, a downstream parameter and all attributes as outputs. Context: `stack`, `jobIdentifier`,
 * `timeout` and `linkSeconds` in seconds, `smokeTest` as a prompt, `faultsUrl` to make the waiter function faulty.
 */
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;
LINK.maxSeconds = Number(context('linkSeconds') ?? LINK.maxSeconds);

const smokeTest = context('smokeTest');

const stack = new Stack(app, context('stack'));
const waiter = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier: context('jobIdentifier')!,
  timeout: Duration.seconds(Number(context('timeout') ?? 300)),
  pollInterval: Duration.seconds(5),
  smokeTest: smokeTest ? SmokeTest.invokeModel({ body: { prompt: smokeTest, max_tokens: 8 } }) : undefined,
});
const downstream = new ssm.StringParameter(stack, 'Downstream', { stringValue: waiter.importedModelArn });

const outputs: Record<string, string> = {
  downstream: downstream.parameterName,
  jobArn: waiter.jobArn,
  jobName: waiter.jobName,
  importedModelName: waiter.importedModelName,
  importedModelArn: waiter.importedModelArn,
  roleArn: waiter.roleArn,
  modelDataSourceS3Uri: waiter.modelDataSourceS3Uri,
  status: waiter.status,
  creationTime: waiter.creationTime,
  lastModifiedTime: waiter.lastModifiedTime,
  endTime: waiter.endTime,
  vpcSubnetIds: Fn.join(' ', waiter.vpcSubnetIds),
  vpcSecurityGroupIds: Fn.join(' ', waiter.vpcSecurityGroupIds),
  importedModelKmsKeyArn: waiter.importedModelKmsKeyArn,
  modelArchitecture: waiter.modelArchitecture,
  instructSupported: waiter.instructSupported,
  customModelUnitsPerModelCopy: waiter.customModelUnitsPerModelCopy,
  customModelUnitsVersion: waiter.customModelUnitsVersion,
};
for (const [name, value] of Object.entries(outputs)) {
  new CfnOutput(stack, name, { value });
}
Aspects.of(app).add(new BedrockEndpoint());
const faultsUrl = context('faultsUrl');
if (faultsUrl) {
  makeWaiterFaulty(stack, faultsUrl);
}
