/** Adds up the results of several runs of Jest, in the one line that ends a run of the checks. */
const { readFileSync } = require('fs');

const results = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`);
