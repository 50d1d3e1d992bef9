import { parseArgs } from 'util';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { Clock } from './probe/bedrock';
import { Findings } from './probe/findings';
import { ImportProbe } from './probe/importing';
import { probeByReading } from './probe/reads';

/**
 * Asks a real account what is open about Bedrock, and prints the dialect that it speaks. Without options
 * it only reads.
 */

const USAGE = `npm run probe                                                  only reads
npm run probe -- --import s3://bucket/model/ --role <role ARN>    imports the model twice and deletes it

The account and the Region are those of the AWS CLI's variables: AWS_PROFILE, AWS_REGION.`;

const CLOCK: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { import: { type: 'string' }, role: { type: 'string' }, help: { type: 'boolean' } },
  });
  const { import: s3Uri, role: roleArn, help } = values;
  if (help || Boolean(s3Uri) !== Boolean(roleArn)) {
    console.log(USAGE);
    process.exitCode = help ? 0 : 2;
    return;
  }
  const client = new BedrockClient({ maxAttempts: 10 });
  const findings = new Findings();
  try {
    if (s3Uri && roleArn) {
      const options = { s3Uri, roleArn, log: (line: string) => console.error(line) };
      await new ImportProbe(client, findings, CLOCK, options).run();
    }
    await probeByReading(client, findings, CLOCK);
  } finally {
    console.log(findings.toString());
  }
}

void main();
