import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { SmokeTestProperties } from './private/contract/protocol';
import { writtenByApp } from './private/written-by-app';
import { jsonBytes, MAX_TEST_REQUEST_BYTES } from './private/contract/sizes';
import { ValidationError, validateText } from './private/validation';

/**
 * Options of `SmokeTest.invokeModel`.
 */
export interface InvokeModelSmokeTestOptions {
  /**
   * The body of the request: an object, which becomes JSON, or a text that is sent as it is.
   *
   * At most 200,000 bytes, counted as one JSON string in UTF-8: that is how it travels to the functions.
   *
   * What a model takes depends on its family: `{ prompt: 'Hello', max_tokens: 8 }`, or
   * `{ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 8 }`. Ask for few tokens: an answer that
   * takes more than 20 seconds is cut off, and the request is sent again. It may contain tokens of the CDK.
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
 * Options of `SmokeTest.converse`.
 */
export interface ConverseSmokeTestOptions {
  /**
   * What the user says: at most 200,000 bytes as one JSON string. The answer is limited to 16 tokens.
   */
  readonly prompt: string;
}

/**
 * The test request that a new model must answer before the deployment goes on.
 *
 * The wait goes on, inside of its `timeout`, until the model has answered once: a model that was just
 * imported has no capacity yet, and takes some minutes to load. What it answers makes no difference, as
 * long as it is not empty. A request that Bedrock refuses fails the deployment with Bedrock's words, so that
 * a replacement whose model cannot answer goes back to the old model.
 *
 * The first answer starts a billed window of five minutes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export class SmokeTest {
  /**
   * Calls `InvokeModel`, which every imported model answers.
   *
   * @param options the request
   */
  public static invokeModel(options: InvokeModelSmokeTestOptions): SmokeTest {
    const { body, contentType = 'application/json', accept } = options;
    if (typeof body === 'string' ? body === '' : typeof body !== 'object' || body === null) {
      throw new ValidationError(`'body' must be an object or a text, got: ${JSON.stringify(body)}`);
    }
    validateSize('body', typeof body === 'string' ? body : JSON.stringify(body));
    return new SmokeTest((scope) => {
      const text = typeof body === 'string' ? body : Stack.of(scope).toJsonString(body);
      validateResolvedSize('body', text, scope);
      return { operation: 'InvokeModel', body: text, contentType, accept };
    });
  }

  /**
   * Calls `Converse`, which models answer whose `instructSupported` is `true`.
   *
   * @param options the request
   */
  public static converse(options: ConverseSmokeTestOptions): SmokeTest {
    const { prompt } = options;
    validateText('prompt', prompt, (text) => (text.trim() ? undefined : 'must not be empty'));
    validateSize('prompt', prompt);
    return new SmokeTest((scope) => {
      validateResolvedSize('prompt', prompt, scope);
      return { operation: 'Converse', prompt };
    });
  }

  /**
   * The test request as the functions take it. JSON is a text in it, because CloudFormation makes texts of
   * the numbers in its properties.
   *
   * @internal
   */
  public readonly _render: (scope: IConstruct) => SmokeTestProperties;

  /**
   * Whether the model needs a chat template to answer it: with Converse, and with `messages` in the body.
   *
   * @internal
   */
  public _usesChatTemplate(scope: IConstruct): boolean {
    const request = this._render(scope);
    return (
      request.operation === 'Converse' ||
      /"messages"\s*:/.test(JSON.stringify(Stack.of(scope).resolve(request.body)).replaceAll('\\"', '"'))
    );
  }

  private constructor(render: (scope: IConstruct) => SmokeTestProperties) {
    this._render = render;
  }
}

/** The rule that a text breaks which an execution could not hold. */
function sizeRule(prop: string, text: unknown): string | undefined {
  const bytes = jsonBytes(text);
  return bytes > MAX_TEST_REQUEST_BYTES
    ? `'${prop}' must be at most ${MAX_TEST_REQUEST_BYTES} bytes as a JSON string, got: ${bytes}`
    : undefined;
}

function validateSize(prop: string, text: string): void {
  const broken = sizeRule(prop, text);
  if (broken) {
    throw new ValidationError(broken);
  }
}

/** Looks again at synthesis, when the tokens in a text are known. What only the deployment knows counts as its reference. */
function validateResolvedSize(prop: string, text: string, scope: IConstruct): void {
  if (Token.isUnresolved(text)) {
    const validate = (): string[] => [sizeRule(prop, Stack.of(scope).resolve(text)) ?? []].flat();
    writtenByApp(scope).node.addValidation({ validate });
  }
}
