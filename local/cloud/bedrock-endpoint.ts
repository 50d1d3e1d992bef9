import { type IAspect } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** Lets the functions of a local deployment call the local Bedrock. */
export class BedrockEndpoint implements IAspect {
  public visit(node: IConstruct): void {
    if (node instanceof lambda.Function) {
      const url = process.env.BEDROCK_STAND_IN_URL!;
      node.addEnvironment('AWS_ENDPOINT_URL_BEDROCK', url);
      node.addEnvironment('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', url);
    }
  }
}
