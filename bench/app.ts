import { App, Aspects, Duration, type IAspect } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { BedrockEndpoint } from '../local/cloud/bedrock-endpoint';
import * as alternatives from './alternatives';

/** One stack for each job, all of one kind. */
const app = new App();
const Wait = alternatives[process.env.BENCH_STACK as keyof typeof alternatives];
process.env.BENCH_JOBS!.split(' ').forEach((job, index) => {
  new Wait(app, `${Wait.name}${index}`, {
    jobIdentifiers: [job],
    pollInterval: Duration.seconds(Number(process.env.BENCH_POLL_SECONDS)),
  });
});

/** Lets the polling functions crash once, in the first poll. */
class CrashOnce implements IAspect {
  constructor(private readonly flag: string) {}

  public visit(node: IConstruct): void {
    if (node instanceof lambda.Function && ['Waiter', 'IsComplete', 'Loop'].includes(node.node.id)) {
      node.addEnvironment('CRASH_FLAG', this.flag);
      node.addEnvironment('NODE_OPTIONS', `--require=${__dirname}/crash.js`);
    }
  }
}

Aspects.of(app).add(new BedrockEndpoint());
if (process.env.BENCH_CRASH_FLAG) {
  Aspects.of(app).add(new CrashOnce(process.env.BENCH_CRASH_FLAG));
}
