/** Keeps what the handlers log out of the test's output, and hands it to the test. */
export function silenceLog(): {
  readonly text: () => string;
  readonly lines: () => Record<string, unknown>[];
} {
  let written = '';
  beforeEach(() => {
    written = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  });
  afterEach(() => jest.restoreAllMocks());
  return {
    text: () => written,
    lines: () =>
      written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
