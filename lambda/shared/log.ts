/** Writes one structured line. Never hand it a `ResponseURL`. */
export function log(level: 'INFO' | 'WARN' | 'ERROR', fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, ...fields })}\n`);
}
