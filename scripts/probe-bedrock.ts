import { BedrockClient } from '@aws-sdk/client-bedrock';
import { printError, readArguments, UserError } from '../local/arguments';
import type { Clock } from './probe/bedrock';
import { Findings } from './probe/findings';
import { ImportProbe } from './probe/importing';
import { PermissionProbe } from './probe/permissions';
import { probeByReading } from './probe/reads';

/**
 * Asks a real account what is open about Bedrock, and prints the dialect that it speaks. Without options
 * it only reads.
 */

const USAGE = `npm run probe                                                  only reads
npm run probe -- --import s3://bucket/model/ --role <role ARN>    imports the model twice and deletes it
    --listing-role <role ARN>                asks what Bedrock does to S3: one more import
    --key <key ARN> --role-key <key ARN>     ask whose permission counts on the key: up to two more imports

The account and the Region are those of the AWS CLI's variables: AWS_PROFILE, AWS_REGION.`;

const CLOCK: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

async function main(): Promise<void> {
  const { values } = readArguments(
    {
      options: {
        import: { type: 'string' },
        role: { type: 'string' },
        'listing-role': { type: 'string' },
        key: { type: 'string' },
        'role-key': { type: 'string' },
        help: { type: 'boolean' },
      },
    } as const,
    'For all options, type: npm run probe -- --help',
  );
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { import: s3Uri, role: roleArn, 'listing-role': listingRoleArn, key, 'role-key': roleKey } = values;
  if (Boolean(s3Uri) !== Boolean(roleArn) || Boolean(key) !== Boolean(roleKey)) {
    throw new UserError('--import and --role need each other, and so do --key and --role-key.');
  }
  if (!s3Uri && (listingRoleArn || key)) {
    throw new UserError('--listing-role and --key need --import and --role.');
  }
  const client = new BedrockClient({ maxAttempts: 10 });
  const findings = new Findings();
  const log = (line: string): void => console.error(line);
  const imports = s3Uri && roleArn ? { s3Uri, roleArn, log } : undefined;
  try {
    if (imports) {
      await new ImportProbe(client, findings, CLOCK, imports).run();
    }
    await probeByReading(client, findings, CLOCK);
    if (imports) {
      const keys = key && roleKey ? { callers: key, roles: roleKey } : undefined;
      await new PermissionProbe(client, findings, CLOCK, { ...imports, listingRoleArn, keys }).run();
    }
  } finally {
    console.log(findings.toString());
  }
}

main().catch(printError);
