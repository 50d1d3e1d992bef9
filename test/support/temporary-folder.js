const { mkdtempSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');

let folder;

/** One temporary folder for a run of the tests: the CDK leaves an assembly of every app that it synthesizes. */
exports.create = () => {
  folder ??= mkdtempSync(join(tmpdir(), 'cdk-bedrock-model-import-tests-'));
  process.env.TMPDIR = folder;
};

exports.remove = () => rmSync(folder, { recursive: true, force: true });
