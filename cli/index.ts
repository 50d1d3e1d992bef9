#!/usr/bin/env node
import { version } from '../package.json';
import { parseArguments, type Arguments } from './arguments';
import { checkFolder } from './folder';
import { render, renderJson, type Outcome } from './report';
import { checkPrefix } from './s3';

const USAGE = `Usage: cdk-bedrock-model-import check <folder | s3://bucket/prefix/> [options]

Checks whether Amazon Bedrock can import a model. It reads the names and sizes of all files and a few small
JSON files, and changes nothing.

Options:
  --region <name>  Region of the import: us-east-1, us-east-2, us-west-2 or eu-central-1
                   (default: AWS_REGION, and for S3 what the AWS SDK finds)
  --chat           the model will be called with Converse or "messages", so it needs a chat template
  --strict         exit with 1 for warnings, too
  --json           print the result as JSON, errors of the command included
  --version        print the version
  -h, --help       print this text

Exit codes:
  0  no errors (warnings are printed)
  1  the import would fail, or --strict was given and there are warnings
  2  the check was not possible, or not complete: wrong arguments, no permission, no network

Credentials are those that the AWS SDK finds. S3 needs s3:ListBucket and s3:GetObject, and kms:Decrypt for
objects under a key of yours.

Examples:
  cdk-bedrock-model-import check ./llama
  cdk-bedrock-model-import check s3://bucket/models/llama/ --region us-east-1 --strict
`;

/** Runs the command and returns its exit code. */
async function main(args: string[]): Promise<number> {
  let location: string | undefined;
  try {
    const given = parseArguments(args);
    if (given === 'help' || given === 'version') {
      process.stdout.write(given === 'help' ? USAGE : `${version}\n`);
      return 0;
    }
    location = given.location;
    const outcome = await check(given);
    process.stdout.write(given.json ? renderJson(location, outcome) : render(outcome));
    return outcome.status;
  } catch (error) {
    const { message } = error as Error;
    if (args.includes('--json')) {
      process.stdout.write(renderJson(location, { status: 2, findings: [], error: message }));
    } else {
      process.stderr.write(`${message}\n`);
    }
    return 2;
  }
}

async function check({ isS3, location, region, strict, usesChatTemplate }: Arguments): Promise<Outcome> {
  const options = { strict, usesChatTemplate };
  return isS3
    ? await checkPrefix(location, { ...options, region })
    : checkFolder(location, { ...options, region: region ?? process.env.AWS_REGION });
}

void main(process.argv.slice(2)).then((status) => (process.exitCode = status));
