import type { LocalCloud } from '../cloud/cloud';

/** A line that a function logged about a poll. */
export interface PollLog {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The sentence for a person. */
  readonly message: string;
}

/** A line of the log as the functions write it. */
interface LogLine {
  readonly timestamp?: string;
  readonly message?: string;
  /** Present in the line of a poll only. */
  readonly attempt?: number;
}

/** The polls that the functions behind a log group have logged since a time. */
export async function pollLogs(cloud: LocalCloud, logGroupName: string, since: Date): Promise<PollLog[]> {
  const response = await fetch(cloud.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      // The emulator reads who signed and for what, and checks no signature.
      authorization: cloud.authorizationFor('logs'),
    },
    body: JSON.stringify({ logGroupName, startTime: since.getTime(), filterPattern: 'waited' }),
  });
  const { events = [] } = (await response.json()) as { events?: { message: string }[] };
  return events.flatMap(({ message }) => readPollLog(message) ?? []);
}

/** A line of the log, when it is about a poll. */
export function readPollLog(line: string): PollLog | undefined {
  const { timestamp, message, attempt } = parse(line);
  return timestamp && message && attempt !== undefined ? { at: Date.parse(timestamp), message } : undefined;
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}
