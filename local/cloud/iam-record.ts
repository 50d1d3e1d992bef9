import { closeSync, existsSync, openSync, readSync } from 'fs';
import type { ActionRequest, ConditionContext } from '../iam/policy';

/** A request that the emulator judged, and the credentials that it came with. */
export interface RecordedRequest extends ActionRequest {
  readonly accessKeyId: string;
}

type Line =
  | { readonly accessKeyId: string; readonly session: string }
  | {
      readonly accessKeyId: string;
      readonly action: string;
      readonly resource: string;
      readonly context: ConditionContext;
    };

/** What the emulator writes down of its IAM, read as it grows. */
export class IamRecord {
  private readonly sessions = new Map<string, string>();
  private readonly seen: RecordedRequest[] = [];
  private offset = 0;

  constructor(private readonly file: string) {}

  /** Whose session an access key is: `arn:aws:sts::000000000000:assumed-role/name/session`. */
  public sessionOf(accessKeyId: string): string | undefined {
    this.readOn();
    return this.sessions.get(accessKeyId);
  }

  /** Each request that came with temporary credentials. */
  public requests(): readonly RecordedRequest[] {
    this.readOn();
    return this.seen;
  }

  private readOn(): void {
    if (!existsSync(this.file)) {
      return;
    }
    const text = this.rest();
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    this.offset += Buffer.byteLength(complete);
    for (const json of complete.split('\n').filter((each) => each !== '')) {
      const line = JSON.parse(json) as Line;
      if ('session' in line) {
        this.sessions.set(line.accessKeyId, line.session);
      } else {
        this.seen.push(line);
      }
    }
  }

  /** What was written since the last time. */
  private rest(): string {
    const descriptor = openSync(this.file, 'r');
    const chunks: Buffer[] = [];
    const chunk = Buffer.alloc(65_536);
    let position = this.offset;
    for (let length; (length = readSync(descriptor, chunk, 0, chunk.length, position)) > 0;) {
      chunks.push(Buffer.from(chunk.subarray(0, length)));
      position += length;
    }
    closeSync(descriptor);
    return Buffer.concat(chunks).toString();
  }
}
