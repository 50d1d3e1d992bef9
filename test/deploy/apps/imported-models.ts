import { App, Aspects, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ImportedModel, ModelSource, SmokeTest } from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/** A model of the test's stack, as the test wants it. */
export interface ModelSpec {
  readonly source?: string;
  readonly timeout?: number;
  readonly retain?: boolean;
  readonly wait?: boolean;
  /** Whether nobody may list the weights before the import. */
  readonly hidden?: boolean;
  /** Asks the model this with Converse. */
  readonly smokeTest?: string;
  readonly tags?: Record<string, string>;
}

/** Imported models, each with a parameter that holds its ARN. Context: `stack`, and `models` as JSON. */
const app = new App();
const stack = new Stack(app, app.node.getContext('stack') as string);
const models = JSON.parse(app.node.getContext('models') as string) as Record<string, ModelSpec>;
for (const [
  id,
  { source = 'llama', timeout = 120, retain, wait = true, hidden, smokeTest, tags = {} },
] of Object.entries(models)) {
  const model = new ImportedModel(stack, id, {
    source: ModelSource.fromS3Uri(`s3://weights/${source}/`),
    timeout: Duration.seconds(timeout),
    pollInterval: Duration.seconds(5),
    removalPolicy: retain ? RemovalPolicy.RETAIN : undefined,
    waitForCompletion: wait,
    smokeTest: smokeTest ? SmokeTest.converse({ prompt: smokeTest }) : undefined,
  });
  Object.entries(tags).forEach(([key, value]) => Tags.of(model).add(key, value));
  if (hidden) {
    const policy = model.node.findChild('ImportPolicy') as iam.Policy;
    policy.addStatements(
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:ListBucket'], resources: ['*'] }),
    );
  }
  if (wait) {
    new ssm.StringParameter(stack, `${id}Arn`, { stringValue: model.importedModelArn });
    new CfnOutput(stack, `${id}Model`, { value: model.importedModelArn });
  }
}
Aspects.of(app).add(new BedrockEndpoint());
