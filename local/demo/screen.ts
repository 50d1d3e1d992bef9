/** Where a demo prints: a terminal, or a file or pipe. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\x1b[K';

/** Prints lines. On a terminal, the line below them shows the progress. */
export class Screen {
  private hasProgress = false;

  constructor(private readonly output: Output = process.stdout) {}

  public line(text = ''): void {
    this.clear();
    this.output.write(`${text}\n`);
  }

  /** Shows a text below the lines until the next line. Does nothing where lines stay. */
  public progress(text: string): void {
    if (this.output.isTTY) {
      const { columns = 80 } = this.output;
      this.output.write(CLEAR_LINE + text.slice(0, columns - 1));
      this.hasProgress = true;
    }
  }

  /** Removes the progress. */
  public clear(): void {
    if (this.hasProgress) {
      this.output.write(CLEAR_LINE);
      this.hasProgress = false;
    }
  }
}
