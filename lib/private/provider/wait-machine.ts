import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ModelImportProviderProps } from '../../model-import-provider-props';
import type { BundledFunction, SharedFunctionProps } from './bundled-function';
import { waitEngine } from '../contract/state-machine';

/**
 * The state machine that waits. It names no function, so it is created at the same time as the functions, and the
 * permissions to invoke them are in policies beside its role.
 */
export class WaitMachine extends sfn.StateMachine {
  private readonly key?: kms.IKey;

  constructor(scope: Construct, id: string, props: SharedFunctionProps) {
    super(scope, id, {
      role: props.stateMachineRole,
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(scope).toJsonString(waitEngine(Aws.PARTITION))),
      tracingEnabled: props.tracing,
      logs: logsAnything(props)
        ? { destination: props.logGroup, level: props.stateMachineLogLevel, includeExecutionData: false }
        : undefined,
    });
    this.key = props.encryptionKey;
    if (this.key) {
      this.encrypt(this.key, logsAnything(props));
    }
  }

  /** Allows a function to start executions. */
  public allowToStart(fn: BundledFunction): void {
    // To start an execution for each request.
    fn.allow(['states:StartExecution'], [this.stateMachineArn]);
    if (this.key) {
      // To read and write the data of executions.
      fn.allowKey(this.key, 'states', ['kms:Decrypt', 'kms:GenerateDataKey']);
    }
  }

  /**
   * The CDK's own way names the state machine in the condition, which is not possible if CloudFormation generates the
   * name. There is no `kms:ViaService` here: according to AWS, it can prevent executions from starting.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   */
  private encrypt(key: kms.IKey, logging: boolean): void {
    const stack = Stack.of(this);
    const machines = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    (this.node.defaultChild as sfn.CfnStateMachine).encryptionConfiguration = {
      type: 'CUSTOMER_MANAGED_KMS_KEY',
      kmsKeyId: key.keyArn,
    };
    // To encrypt and decrypt the data of executions.
    this.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': machines } },
      }),
    );
    if (logging) {
      // To deliver logs to CloudWatch Logs.
      this.addToRolePolicy(
        new iam.PolicyStatement({
          actions: ['kms:GenerateDataKey'],
          resources: [key.keyArn],
          conditions: {
            StringEquals: {
              'kms:EncryptionContext:SourceArn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:*`,
            },
          },
        }),
      );
    }
  }
}

/** Whether the state machine of a provider writes logs. */
export function logsAnything({ stateMachineLogLevel }: ModelImportProviderProps): boolean {
  return stateMachineLogLevel !== undefined && stateMachineLogLevel !== sfn.LogLevel.OFF;
}
