import { CfnParameter } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { newWaiter } from '../../support/constructs';
import { ENV, hasStatement, hasWait } from '../../support/templates';

const KEY_ARN = `arn:aws:kms:us-east-1:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

describe('expectations', () => {
  test('are none by default', () => {
    const { template, waiter } = newWaiter(() => ({}));
    hasWait(template(), {
      expectedKmsKeyArn: Match.absent(),
      expectedModelDataSourceS3Uri: Match.absent(),
    });
    expect(waiter.kmsKey).toBeUndefined();
  });

  test('of a key and of an S3 URI reach the function', () => {
    const { template } = newWaiter((stack) => ({
      expectedKmsKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
      expectedModelDataSourceS3Uri: 's3://weights/llama/',
    }));
    hasWait(template(), {
      expectedKmsKeyArn: KEY_ARN,
      expectedModelDataSourceS3Uri: 's3://weights/llama/',
    });
  });

  test('of a key make it known, so that grants name it', () => {
    const { stack, waiter, template } = newWaiter((scope) => ({
      expectedKmsKey: kms.Key.fromKeyArn(scope, 'Key', KEY_ARN),
    }));
    waiter.grantInvoke(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(waiter.kmsKey!.keyArn).toBe(KEY_ARN);
    hasStatement(template(), { Action: 'kms:Decrypt', Resource: KEY_ARN });
  });

  test('of a key take one that is made in the same stack', () => {
    const { template } = newWaiter((stack) => ({ expectedKmsKey: new kms.Key(stack, 'Key') }));
    hasWait(template(), { expectedKmsKeyArn: { 'Fn::GetAtt': [Match.anyValue(), 'Arn'] } });
  });

  test('of a key reject an alias, which a job never names', () => {
    expect(() =>
      newWaiter((stack) => ({ expectedKmsKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/weights') })),
    ).toThrow("'expectedKmsKey' must be a key, not an alias of one");
  });

  test.each(['https://weights/llama', 's3://', 's3://W/llama'])(
    'of an S3 URI reject %s',
    (expectedModelDataSourceS3Uri) => {
      expect(() => newWaiter(() => ({ expectedModelDataSourceS3Uri }))).toThrow(
        `'expectedModelDataSourceS3Uri' must be a URI of at most 1024 characters like s3://bucket/prefix/, got: '${expectedModelDataSourceS3Uri}'`,
      );
    },
  );

  test('of an S3 URI take a token', () => {
    const { template } = newWaiter((stack) => ({
      expectedModelDataSourceS3Uri: new CfnParameter(stack, 'Uri').valueAsString,
    }));
    hasWait(template(), { expectedModelDataSourceS3Uri: { Ref: 'Uri' } });
  });
});
