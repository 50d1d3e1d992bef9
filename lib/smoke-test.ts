import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { SmokeTestProperties } from './private/contract/protocol';
import { validateText } from './private/validation';

/**
 * A question as `InvokeModel` takes it.
 */
export interface InvokeModelSmokeTest {
  /**
   * The body of the request: an object, which becomes JSON, or a text that is sent as it is.
   *
   * What a model takes depends on its family: `{ prompt: 'Hello', max_tokens: 8 }`, or
   * `{ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 8 }`. Ask for few tokens: an answer that
   * takes more than 20 seconds is cut off, and asked for again. It may contain tokens of the CDK.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
   */
  readonly body: unknown;

  /**
   * The MIME type of the body.
   *
   * @default application/json
   */
  readonly contentType?: string;

  /**
   * The MIME type of the answer.
   *
   * @default - Bedrock chooses: `application/json`.
   */
  readonly accept?: string;
}

/**
 * A question as `Converse` takes it.
 */
export interface ConverseSmokeTest {
  /**
   * What the user says. The answer is limited to 16 tokens.
   */
  readonly prompt: string;
}

/**
 * The question that a new model must answer before the deployment goes on.
 *
 * The wait goes on, inside of its `timeout`, until the model has answered once: a model that was just
 * imported has no capacity yet, and takes some minutes to load. What it answers makes no difference, as
 * long as it is not empty. A question that Bedrock refuses fails the deployment with Bedrock's words, so that
 * a replacement whose model cannot answer goes back to the old model.
 *
 * The first answer starts a billed window of five minutes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export class SmokeTest {
  /**
   * Asks with `InvokeModel`, which every imported model answers.
   *
   * @param request what to ask
   */
  public static invokeModel(request: InvokeModelSmokeTest): SmokeTest {
    const { body, contentType = 'application/json', accept } = request;
    if (typeof body === 'string' ? body === '' : typeof body !== 'object' || body === null) {
      throw new Error(`'body' must be an object or a text, got: ${JSON.stringify(body)}`);
    }
    return new SmokeTest((scope) => ({
      operation: 'InvokeModel',
      body: typeof body === 'string' ? body : Stack.of(scope).toJsonString(body),
      contentType,
      accept,
    }));
  }

  /**
   * Asks with `Converse`, which models answer whose `instructSupported` is `true`.
   *
   * @param request what to ask
   */
  public static converse(request: ConverseSmokeTest): SmokeTest {
    const { prompt } = request;
    validateText('prompt', prompt, (text) => (text.trim() ? undefined : 'must not be empty'));
    return new SmokeTest(() => ({ operation: 'Converse', prompt }));
  }

  /**
   * The question as the functions take it. JSON is a text in it, because CloudFormation makes texts of
   * the numbers in its properties.
   *
   * @internal
   */
  public readonly _render: (scope: IConstruct) => SmokeTestProperties;

  private constructor(render: (scope: IConstruct) => SmokeTestProperties) {
    this._render = render;
  }
}
