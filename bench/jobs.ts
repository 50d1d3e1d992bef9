import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../local/bedrock/http-server';

/**
 * Answers `GetModelImportJob` for jobs whose ends are counted from the first poll, so that phases are even, and
 * `GetImportedModel` for their models.
 */
export class Jobs extends HttpServer {
  private readonly polls = new Map<string, number[]>();
  private readonly ends = new Map<string, number>();
  private readonly durations = new Map<string, number>();
  private throttleMs = 0;
  private throttledUntil = 0;

  /** Makes a job that ends some time after its first poll, and returns its ARN. */
  public add(durationMs: number): string {
    const id = this.durations.size.toString(36).padStart(12, 'job000000000');
    const jobArn = `arn:aws:bedrock:us-east-1:000000000000:model-import-job/${id}`;
    this.durations.set(jobArn, durationMs);
    this.polls.set(jobArn, []);
    return jobArn;
  }

  /** When a job was asked for, in milliseconds since the epoch. */
  public pollsOf(jobArn: string): number[] {
    return this.polls.get(jobArn)!;
  }

  /** When a job ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    return this.ends.get(jobArn)!;
  }

  /** Refuses every call from the next one on, for some time or until `unthrottle`. */
  public throttleNext(milliseconds: number): void {
    this.throttleMs = milliseconds;
  }

  public unthrottle(): void {
    this.throttleMs = 0;
    this.throttledUntil = 0;
  }

  protected serve(request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    const arn = decodeURIComponent(request.url!.split('/').slice(2).join('/'));
    const [status, body] = this.polls.has(arn) ? this.answer(arn) : [200, { modelArn: arn }];
    const error = status === 200 ? {} : { 'x-amzn-ErrorType': 'ThrottlingException' };
    response.writeHead(status, { 'content-type': 'application/json', ...error }).end(JSON.stringify(body));
  }

  private answer(jobArn: string): [number, object] {
    const now = Date.now();
    this.polls.get(jobArn)!.push(now);
    if (this.throttleMs > 0) {
      this.throttledUntil = now + this.throttleMs;
      this.throttleMs = 0;
    }
    if (now < this.throttledUntil) {
      return [429, { message: 'Slow down' }];
    }
    const end = this.ends.get(jobArn) ?? now + this.durations.get(jobArn)!;
    this.ends.set(jobArn, end);
    const importedModelArn = jobArn.replace('model-import-job', 'imported-model');
    return [
      200,
      now < end ? { jobArn, status: 'InProgress' } : { jobArn, status: 'Completed', importedModelArn },
    ];
  }
}
