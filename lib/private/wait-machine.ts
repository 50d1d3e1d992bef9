import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { BundledFunction } from './bundled-function';
import { waitEngine } from './state-machine';

interface WaitMachineProps {
  /** A role that was made elsewhere. */
  readonly role?: iam.IRole;
}

/**
 * The state machine that waits. It names no function, so it and the functions are created at the same time,
 * and what it may invoke stands in policies beside its role.
 */
export class WaitMachine extends sfn.StateMachine {
  constructor(scope: Construct, id: string, props: WaitMachineProps) {
    super(scope, id, {
      role: props.role,
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(scope).toJsonString(waitEngine(Aws.PARTITION))),
    });
  }

  /** Lets a function start executions, and find and stop those that a newer request makes obsolete. */
  public allowToControl(fn: BundledFunction): void {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // To start a wait, and to find the waits that a newer request makes obsolete.
    fn.allow(['states:StartExecution', 'states:ListExecutions'], [this.stateMachineArn]);
    // To know which these are, and to stop them. An execution's ARN ends with its name, which is made when it
    // starts.
    fn.allow(['states:DescribeExecution', 'states:StopExecution'], [executions]);
    // To know what the stack believes in when CloudFormation has cancelled a creation.
    fn.allow(['cloudformation:DescribeStackEvents'], [Stack.of(this).stackId]);
  }
}
