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
   * The body of the request: an object, which becomes JSON, or a string, which is sent as it is.
   *
   * At most 200,000 bytes as a JSON string in UTF-8; a longer body fails synthesis. It can contain CDK tokens.
   *
   * The format depends on the family of the model: `{ prompt: 'Hello', max_tokens: 8 }`, or
   * `{ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 8 }`. Request few tokens: a response that takes more
   * than 20 seconds is cut off, and the request is sent again.
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
   * The MIME type of the response.
   *
   * @default - Bedrock's default: `application/json`.
   */
  readonly accept?: string;
}

/**
 * Options of `SmokeTest.converse`.
 */
export interface ConverseSmokeTestOptions {
  /**
   * The message of the user: at most 200,000 bytes as a JSON string in UTF-8. The response is limited to 16 tokens.
   */
  readonly prompt: string;
}

/**
 * A test request to which a new model must respond before the deployment goes on.
 *
 * The wait goes on, within its `timeout`, until the model has responded: Bedrock takes some minutes to load a model that
 * was just imported. Any response that is not empty passes. If the model responds with nothing for two minutes, or
 * Bedrock refuses the request, the deployment fails, and the stack goes back to the old model if there is one.
 *
 * The first response starts a billed window of five minutes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export class SmokeTest {
  /**
   * A test request with the `InvokeModel` API, which every imported model supports.
   *
   * @param options the request
   */
  public static invokeModel(options: InvokeModelSmokeTestOptions): SmokeTest {
    const { body, contentType = 'application/json', accept } = options;
    if (typeof body === 'string' ? body === '' : typeof body !== 'object' || body === null) {
      throw new ValidationError(`'body' must be an object or a string, got: ${JSON.stringify(body)}`);
    }
    validateSize('body', typeof body === 'string' ? body : JSON.stringify(body));
    const hasMessages =
      typeof body === 'string' ? /"messages"\s*:/.test(body) : 'messages' in (body as object);
    return new SmokeTest(hasMessages, (scope) => {
      const text = typeof body === 'string' ? body : Stack.of(scope).toJsonString(body);
      validateResolvedSize('body', text, scope);
      return { operation: 'InvokeModel', body: text, contentType, accept };
    });
  }

  /**
   * A test request with the `Converse` API, for models whose `instructSupported` is `true`.
   *
   * @param options the request
   */
  public static converse(options: ConverseSmokeTestOptions): SmokeTest {
    const { prompt } = options;
    validateText('prompt', prompt, (text) => (text.trim() ? undefined : 'must not be empty'));
    validateSize('prompt', prompt);
    return new SmokeTest(true, (scope) => {
      validateResolvedSize('prompt', prompt, scope);
      return { operation: 'Converse', prompt };
    });
  }

  /**
   * The test request as the waiter function gets it. JSON is a string in it, because CloudFormation turns numbers in
   * properties into strings.
   *
   * @internal
   */
  public readonly _render: (scope: IConstruct) => SmokeTestProperties;

  /**
   * Whether the model needs a chat template for the request: for Converse, and for `messages` in the body.
   *
   * @internal
   */
  public readonly _usesChatTemplate: boolean;

  private constructor(usesChatTemplate: boolean, render: (scope: IConstruct) => SmokeTestProperties) {
    this._usesChatTemplate = usesChatTemplate;
    this._render = render;
  }
}

/** The rule that a text breaks if it is too long for an execution. */
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

/** Validates a text with tokens at synthesis, when they resolve. An attribute counts with the length of its reference. */
function validateResolvedSize(prop: string, text: string, scope: IConstruct): void {
  if (Token.isUnresolved(text)) {
    const validate = (): string[] => [sizeRule(prop, Stack.of(scope).resolve(text)) ?? []].flat();
    writtenByApp(scope).node.addValidation({ validate });
  }
}
