import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from 'http';
import { createServer as createHttp2Server } from 'http2';
import { createServer, type AddressInfo, type Socket } from 'net';

/** How a connection begins that speaks HTTP/2. */
const HTTP2_PREFACE = 'PRI ';

/**
 * An HTTP server on a free port of the loopback interface, for stand-ins to build on. It speaks HTTP/1.1
 * and, without TLS, HTTP/2, which the SDK's client of `bedrock-runtime` begins with.
 */
export abstract class HttpServer {
  /** Where it is, once it has started. */
  public url = '';

  private readonly connections = new Set<Socket>();
  private readonly server = createServer((connection) => this.accept(connection));
  private readonly http1 = createHttp1Server((request, response) => this.receive(request, response));
  // Node.js gives requests and responses of HTTP/2 the interface of those of HTTP/1.1.
  private readonly http2 = createHttp2Server((request, response) =>
    this.receive(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );

  /** Returns the URL. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this.url;
  }

  public async stop(): Promise<void> {
    this.connections.forEach((connection) => connection.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected abstract serve(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): void | Promise<void>;

  /** Reads the first bytes of a connection, and passes it to the server of its protocol. */
  private accept(connection: Socket): void {
    this.connections.add(connection);
    connection.on('close', () => this.connections.delete(connection));
    // A client that is stopped resets its connection.
    connection.on('error', () => connection.destroy());
    connection.once('data', (first: Buffer) => {
      connection.pause();
      connection.unshift(first);
      const isHttp2 = first.toString('latin1').startsWith(HTTP2_PREFACE);
      (isHttp2 ? this.http2 : this.http1).emit('connection', connection);
      process.nextTick(() => connection.resume());
    });
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => void this.serve(request, Buffer.concat(chunks), response));
  }
}
