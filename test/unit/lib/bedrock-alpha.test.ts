import { Agent } from '@aws-cdk/aws-bedrock-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ModelImportJobWaiter } from '../../../lib/index';
import { JOB_ARN } from '../../support/job';
import { ENV } from '../../support/templates';

/** Apart from the other uses, because the alpha package needs a newer CDK than the lowest supported one. */
test('an agent of the alpha constructs runs on the model, and may invoke it', () => {
  const stack = new Stack(new App(), 'Models', { env: ENV });
  const waiter = new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: JOB_ARN });
  new Agent(stack, 'Agent', {
    foundationModel: waiter,
    instruction: 'You answer questions about the products of a company that sells garden tools.',
  });
  const modelArn = stack.resolve(waiter.importedModelArn) as object;
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Bedrock::Agent', { FoundationModel: modelArn });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          Resource: modelArn,
        }),
      ]),
    },
  });
});
