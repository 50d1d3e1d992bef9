import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';

/** An HTTP server on a free port of the loopback interface, for stand-ins to build on. */
export abstract class HttpServer {
  /** Where it is, once it has started. */
  public url = '';

  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => void this.serve(request, Buffer.concat(chunks), response));
    });
  }

  /** Returns the URL. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this.url;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected abstract serve(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): void | Promise<void>;
}
