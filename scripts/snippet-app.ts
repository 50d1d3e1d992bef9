import { readFileSync } from 'fs';
import { join } from 'path';
import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ImportedModel, ModelSource } from '../lib/index';
import { PROJECT } from './tools';

/** An app of today's `cdk init`, with what the snippets of the docs declare. */
export class SnippetApp {
  public readonly app = new App({
    context: JSON.parse(
      readFileSync(join(PROJECT, '.cache', 'doc-snippets', 'flags.json'), 'utf8'),
    ) as Record<string, unknown>,
  });
  private first?: Stack;

  public stack(id: string): Stack {
    const stack = new Stack(this.app, id);
    this.first ??= stack;
    return stack;
  }

  public model(): ImportedModel {
    return new ImportedModel(this.someStack, 'SomeModel', {
      source: ModelSource.fromS3Uri('s3://amzn-s3-demo-bucket/model/'),
    });
  }

  public bucket(): s3.IBucket {
    return s3.Bucket.fromBucketName(this.someStack, 'WeightsBucket', 'amzn-s3-demo-bucket');
  }

  public key(): kms.IKey {
    return new kms.Key(this.someStack, 'SomeKey');
  }

  public queue(): sqs.IQueue {
    return new sqs.Queue(this.someStack, 'SomeQueue');
  }

  public vpc(): ec2.IVpc {
    return new ec2.Vpc(this.someStack, 'SomeVpc');
  }

  public fn(): lambda.Function {
    return new lambda.Function(this.someStack, 'SomeFunction', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {};'),
    });
  }

  public role(): iam.IRole {
    return new iam.Role(this.someStack, 'SomeRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
  }

  /** Synthesizes what the snippet has made. */
  public synth(): void {
    for (const stack of this.app.node.children.filter((child) => Stack.isStack(child))) {
      if (stack.node.children.length === 0) {
        // The default rules refuse an empty template.
        new CfnWaitConditionHandle(stack, 'NotEmpty');
      }
    }
    this.app.synth();
  }

  private get someStack(): Stack {
    return this.first ?? this.stack('Snippet');
  }
}
