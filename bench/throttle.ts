import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';

/** Stands before the Bedrock stand-in: counts the calls, and throttles them for some time. */
export class Throttle {
  public calls = 0;
  private until = 0;
  private readonly server: Server;

  constructor(target: string) {
    this.server = createServer((request, response) => {
      this.calls++;
      if (Date.now() < this.until) {
        response.writeHead(429, { 'x-amzn-ErrorType': 'ThrottlingException' }).end('{"message":"Slow down"}');
        return;
      }
      void fetch(target + request.url!, { headers: { authorization: request.headers.authorization! } }).then(
        async (answer) => {
          const name = answer.headers.get('x-amzn-ErrorType');
          response.writeHead(answer.status, {
            'content-type': 'application/json',
            ...(name && { 'x-amzn-ErrorType': name }),
          });
          response.end(await answer.text());
        },
      );
    });
  }

  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public throttleFor(milliseconds: number): void {
    this.until = Date.now() + milliseconds;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
