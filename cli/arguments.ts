import { parseArgs } from 'util';
import { existsSync, statSync } from 'fs';
import { shortName } from '../weights/finding';

/** What the command was called with, checked before anything is read. */
export interface Arguments {
  readonly location: string;
  readonly isS3: boolean;
  readonly region?: string;
  readonly json: boolean;
  readonly strict: boolean;
  readonly usesChatTemplate: boolean;
}

/** The Regions that AWS documents for imports. */
export const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-central-1'];

const OPTIONS = {
  region: { type: 'string' },
  chat: { type: 'boolean' },
  strict: { type: 'boolean' },
  json: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = 'Run "cdk-bedrock-model-import --help" for the usage.';

/** The arguments of a check, or which text was asked for. Throws what is wrong in words for the user. */
export function parseArguments(args: string[]): Arguments | 'help' | 'version' {
  const { values, positionals } = parse(args);
  if (values.help || values.version) {
    return values.help ? 'help' : 'version';
  }
  const [command, location, ...rest] = positionals;
  if (command === undefined) {
    throw new Error(`No command given. ${HELP}`);
  }
  if (command !== 'check') {
    throw new Error(`There is no command "${shortName(command)}", only "check". ${HELP}`);
  }
  if (!location) {
    throw new Error(`No location given: name a folder or an S3 URI to check. ${HELP}`);
  }
  if (rest.length > 0) {
    throw new Error(`More than one location given: check them one by one. ${HELP}`);
  }
  if (values.region !== undefined && !REGIONS.includes(values.region)) {
    throw new Error(
      `Bedrock does not import models in the Region "${shortName(values.region)}", only in ${REGIONS.join(', ')}.`,
    );
  }
  return {
    location,
    isS3: isS3Uri(location),
    region: values.region,
    json: values.json ?? false,
    strict: values.strict ?? false,
    usesChatTemplate: values.chat ?? false,
  };
}

function parse(
  args: string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  const names = Object.keys(OPTIONS);
  for (const arg of args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)) {
    const name = /^--([^=]+)/.exec(arg)?.[1] ?? (/^-[^h]/.test(arg) ? arg : undefined);
    if (name !== undefined && !names.includes(name)) {
      throw new Error(`There is no option "${shortName(arg.split('=')[0])}". ${HELP}`);
    }
  }
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    // The names are known by now, so that only a value can be wrong.
    throw new Error(`--region needs the name of a Region, and the other options take no value. ${HELP}`, {
      cause,
    });
  }
}

/** Whether a location is an S3 URI; otherwise it is a folder on this machine. Throws for anything else. */
function isS3Uri(location: string): boolean {
  if (/^s3:\/\/[^/]+/.test(location)) {
    return true;
  }
  const shown = shortName(location);
  if (/^s3:/i.test(location)) {
    throw new Error(`${shown} is not an S3 URI: write s3://bucket/prefix/, with a lowercase s3.`);
  }
  const arn = /^arn:[^:]*:s3:::([^/]+)\/?(.*)$/.exec(location);
  if (arn) {
    throw new Error(`${shown} is an ARN: write s3://${shortName(arn[1])}/${shortName(arn[2])}.`);
  }
  if (/^arn:/.test(location)) {
    throw new Error(`${shown} is an ARN: name a folder, or an S3 URI like s3://bucket/prefix/.`);
  }
  const hub = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/([^/?#]+\/[^/?#]+)/.exec(location);
  if (hub) {
    const model = shortName(hub[1]);
    throw new Error(
      `${shown} is a page of Hugging Face: download the model with "hf download ${model} --local-dir model", and check the folder.`,
    );
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(location)) {
    throw new Error(`${shown} is a URL: name a folder, or an S3 URI like s3://bucket/prefix/.`);
  }
  if (!existsSync(location)) {
    throw new Error(
      `${shown} does not exist: name a folder on this machine, or an S3 URI like s3://bucket/prefix/.`,
    );
  }
  if (!statSync(location).isDirectory()) {
    throw new Error(`${shown} is a file: name the folder that holds config.json and the weights.`);
  }
  return false;
}
