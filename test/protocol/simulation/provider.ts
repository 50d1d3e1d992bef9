import { FakeTable } from '../../support/dynamodb';

const ACCOUNT = 'us-east-1:123456789012';

/** The functions, the state machine and the table of a stack. They are deleted with it. */
export class Provider {
  public readonly waiterArn: string;
  public readonly modelArn: string;
  public readonly stateMachineArn: string;
  public readonly tableName: string;
  public readonly table = new FakeTable();
  public isDeleted = false;

  constructor(number: number) {
    this.waiterArn = `arn:aws:lambda:${ACCOUNT}:function:waiter-${number}`;
    this.modelArn = `arn:aws:lambda:${ACCOUNT}:function:model-${number}`;
    this.stateMachineArn = `arn:aws:states:${ACCOUNT}:stateMachine:wait-${number}`;
    this.tableName = `imports-${number}`;
  }
}
