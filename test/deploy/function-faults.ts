import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../../local/bedrock/http-server';

/** The calls that a fault can hit: a CloudFormation event, a poll, or the sending of an answer. */
type Call = 'request' | 'poll' | 'answer';

/** How a function fails: its process ends, it throws, or it does not end in time. */
type FunctionFault = 'exit' | 'throw' | 'hang';

/** Tells the functions of a stack how to fail, call by call. */
export class FunctionFaults extends HttpServer {
  private readonly planned: Record<Call, FunctionFault[]> = { request: [], poll: [], answer: [] };
  private readonly permanent = new Map<Call, FunctionFault>();
  private readonly counts: Record<Call, number> = { request: 0, poll: 0, answer: 0 };

  /** Lets the next calls fail, one fault each. */
  public failNext(call: Call, ...faults: FunctionFault[]): void {
    this.planned[call].push(...faults);
  }

  /** Lets every call fail. */
  public failAlways(call: Call, fault: FunctionFault): void {
    this.permanent.set(call, fault);
  }

  /** The calls so far. */
  public count(call: Call): number {
    return this.counts[call];
  }

  protected serve(request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    const call = request.url!.slice(1) as Call;
    this.counts[call]++;
    response.end(this.permanent.get(call) ?? this.planned[call].shift() ?? 'none');
  }
}
