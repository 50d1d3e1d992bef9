/** A row of the troubleshooting table: a reason, when it comes, and what helps. */
export interface Row {
  readonly reason: string;
  readonly when: string;
  readonly remedy: string;
}
