#!/usr/bin/env node
import { parseArgs } from 'util';
import { checkFolder } from './folder';
import { render, renderJson } from './report';
import { checkPrefix } from './s3';

const USAGE = `Usage: cdk-bedrock-model-import check <folder or S3 URI> [options]

Looks at the files of a model, and says what an import into Amazon Bedrock would fail with. It reads the
names of all files and a few small JSON files, and changes nothing.

Options:
  --region <name>  the Region of the import; without it, the one that the AWS SDK finds
  --json           print the findings as JSON
  --help           print this

Credentials are those that the AWS SDK finds. The exit status is 0 when nothing is certain to fail (doubts
are printed), 1 when the import is certain to fail, and 2 when it was not possible to look.

Examples:
  cdk-bedrock-model-import check ./llama
  cdk-bedrock-model-import check s3://bucket/models/llama/ --region us-east-1
`;

/** Runs the command and returns its exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      region: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [command, place, ...rest] = positionals;
  if (command !== 'check' || !place || rest.length > 0) {
    throw new Error('Expected "check" and one folder or S3 URI; --help says more');
  }
  const outcome = place.startsWith('s3://')
    ? await checkPrefix(place, values.region)
    : checkFolder(place, values.region ?? process.env.AWS_REGION);
  process.stdout.write(values.json ? renderJson(place, outcome) : render(outcome));
  return outcome.status;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
