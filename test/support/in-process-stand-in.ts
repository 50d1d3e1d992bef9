import type { IncomingMessage, ServerResponse } from 'http';
import type { BedrockClientConfig } from '@aws-sdk/client-bedrock';
import { BedrockStandIn } from '../../local/bedrock/stand-in';

type RequestHandler = Exclude<BedrockClientConfig['requestHandler'], undefined>;

/** What a client of the SDK sends. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The local Bedrock without a network: a client of the SDK hands over what it would send. A fifth of the time. */
export class InProcessStandIn extends BedrockStandIn {
  /** How many connections are refused, so that nothing is sent. */
  public refusedConnections = 0;
  /** What a client of the SDK sends its requests with. */
  public readonly requestHandler = {
    handle: (request: SdkRequest) => this.handle(request),
    destroy: () => undefined,
  } as unknown as RequestHandler;

  private async handle({ method, path, query = {}, headers, body = '' }: SdkRequest): Promise<object> {
    if (this.refusedConnections > 0) {
      this.refusedConnections--;
      throw Object.assign(new Error('connect ECONNREFUSED'), { name: 'ECONNREFUSED', code: 'ECONNREFUSED' });
    }
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      [value ?? ''].flat().map((each): [string, string] => [name, each]),
    );
    const url = `${path}?${new URLSearchParams(pairs).toString()}`;
    const request = { method, url, headers } as unknown as IncomingMessage;
    return await new Promise((resolve, reject) => {
      const sent = { statusCode: 200, headers: {}, body: new Uint8Array() };
      const response = {
        writeHead: (statusCode: number, headers: object) => {
          Object.assign(sent, { statusCode, headers });
          return response;
        },
        end: (text: string) => resolve({ response: { ...sent, body: Buffer.from(text) } }),
        destroy: () => reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
      };
      const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.concat([body]);
      void this.serve(request, bytes, response as unknown as ServerResponse).catch(reject);
    });
  }
}
