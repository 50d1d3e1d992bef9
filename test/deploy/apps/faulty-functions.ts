import { copyFileSync, mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as assets from 'aws-cdk-lib/aws-s3-assets';

/** Shorter than the product's timeout, so that a hanging poll costs a test less. */
const POLL_TIMEOUT_SECONDS = 12;

/** Wraps the product's functions, so that they do what the fault server says before they do their work. */
export function makeFunctionsFaulty(stack: Stack, faultsUrl: string): void {
  const provider = stack.node.findChild('BedrockModelImportProvider');
  for (const [id, bundle] of Object.entries({ Poll: 'poll', OnEvent: 'on-event' })) {
    const folder = mkdtempSync(join(tmpdir(), 'faulty-'));
    copyFileSync(join('lambda', 'dist', bundle, 'index.js'), join(folder, 'product.js'));
    copyFileSync(join(__dirname, 'faulty-handler.js'), join(folder, 'index.js'));
    const fn = provider.node.findChild(id) as lambda.Function;
    fn.addEnvironment('FAULTS_URL', faultsUrl);
    const { s3BucketName, s3ObjectKey } = new assets.Asset(fn, 'Faulty', { path: folder });
    const resource = fn.node.defaultChild as lambda.CfnFunction;
    resource.code = { s3Bucket: s3BucketName, s3Key: s3ObjectKey };
    if (id === 'Poll') {
      resource.timeout = POLL_TIMEOUT_SECONDS;
    }
  }
}
