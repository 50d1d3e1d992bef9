import { copyFileSync, cpSync, mkdtempSync, renameSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as assets from 'aws-cdk-lib/aws-s3-assets';

/** Shorter than the product's timeout, so that a poll that hangs costs a test less. */
const TIMEOUT_SECONDS = 12;

/** Wraps the waiter function, so that it does what the fault server says before it does its work. */
export function makeWaiterFaulty(stack: Stack, faultsUrl: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'faulty-'));
  cpSync(join('lambda', 'dist', 'waiter'), folder, { recursive: true });
  renameSync(join(folder, 'index.js'), join(folder, 'product.js'));
  copyFileSync(join(__dirname, 'faulty-handler.js'), join(folder, 'index.js'));
  const fn = stack.node.findChild('BedrockModelImportProvider').node.findChild('Waiter') as lambda.Function;
  fn.addEnvironment('FAULTS_URL', faultsUrl);
  const { s3BucketName, s3ObjectKey } = new assets.Asset(fn, 'Faulty', { path: folder });
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  resource.code = { s3Bucket: s3BucketName, s3Key: s3ObjectKey };
  resource.timeout = TIMEOUT_SECONDS;
}
