/** What AWS Lambda says to a call. */
export type Reply = { readonly seconds?: number } & (
  | { readonly result: unknown }
  /** The function ran, and ended with an error. */
  | { readonly functionError: { readonly errorType: string; readonly errorMessage: string } }
  /** The function did not run. */
  | { readonly serviceError: { readonly status: number; readonly code: string; readonly message: string } }
);

/** One call of a function as it arrived there. */
export interface Call {
  /** When it came, since the start of the execution. */
  readonly second: number;
  readonly functionArn: string;
  readonly payload: unknown;
}

/** What takes so long never answers: it is the longest that a function may take. */
export const LONGEST_SECONDS = 900;

/** The request ID that all refused calls have. */
export const REQUEST_ID = '00000000-0000-4000-8000-000000000000';

/** Functions that say what a script tells them to, call by call; the last reply is for all later calls. */
export class ScriptedFunctions {
  public readonly calls: Call[] = [];

  constructor(private readonly scripts: Readonly<Record<string, readonly Reply[]>>) {}

  public call(functionArn: string, payload: unknown, second: number): Reply {
    const script = this.scripts[functionArn];
    const reply = script[Math.min(this.callsOf(functionArn).length, script.length - 1)];
    this.calls.push({ second, functionArn, payload: normalize(payload) });
    return reply;
  }

  public callsOf(functionArn: string): Call[] {
    return this.calls.filter((call) => call.functionArn === functionArn);
  }
}

/** The error that Step Functions makes of what Lambda says, or nothing when that is a result. */
export function errorOf(reply: Reply): { readonly name: string; readonly cause: string } | undefined {
  if ('functionError' in reply) {
    return { name: reply.functionError.errorType, cause: JSON.stringify(reply.functionError) };
  }
  if ('serviceError' in reply) {
    const { status, code, message } = reply.serviceError;
    const service = `Service: AWSLambda; Status Code: ${status}; Error Code: ${code}`;
    return {
      name: `Lambda.${code}`,
      cause: `${message} (${service}; Request ID: ${REQUEST_ID}; Proxy: null)`,
    };
  }
  return undefined;
}

const UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)$/;

/** Times are written in several ways that mean the same, and the errors of Step Functions itself explained. */
function normalize(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload), (_key, value: unknown) => {
    if (typeof value === 'string' && UTC.test(value)) {
      return new Date(value).toISOString();
    }
    return isOwnError(value) ? { ...value, Cause: '' } : value;
  }) as unknown;
}

function isOwnError(value: unknown): value is object {
  const { Error: name } = (value ?? {}) as { readonly Error?: unknown };
  return typeof name === 'string' && name.startsWith('States.');
}
