/** Runs a function once: its file and export as the argument, its event on standard input. */
const { dirname, basename, join } = require('path');
const { readFileSync, writeSync } = require('fs');

const [file, name] = basename(process.argv[2]).split('.');
const { [name]: handler } = require(join(dirname(process.argv[2]), `${file}.js`));

// The result is the last line of standard error, so that what a function logs does not meet it.
const end = (result, code) => {
  writeSync(2, `\n${JSON.stringify(result ?? null)}\n`);
  process.exit(code);
};
handler(JSON.parse(readFileSync(0, 'utf8'))).then(
  (result) => end(result, 0),
  ({ name: errorType, message: errorMessage }) => end({ errorType, errorMessage }, 1),
);
