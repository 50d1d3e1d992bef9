import type { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/**
 * A table of Amazon DynamoDB with the two operations and the two conditions that the model function uses: strongly
 * consistent, one item at a time.
 */
export class FakeTable {
  public readonly items = new Map<string, Item>();

  /** A client, whose calls may wait or fail before they take place, or afterwards. */
  public client(
    around: <T>(operation: 'GetItem' | 'PutItem', act: () => T) => Promise<T> = (_, act) =>
      Promise.resolve().then(act),
  ): DynamoDBClient {
    const send = (command: GetItemCommand | PutItemCommand): Promise<object> =>
      command instanceof GetItemCommand
        ? around('GetItem', () => this.get(command.input.Key!))
        : around('PutItem', () => this.put(command.input));
    return { send } as unknown as DynamoDBClient;
  }

  private get({ resource }: Item): object {
    const item = this.items.get(resource.S!);
    return item ? { Item: structuredClone(item) } : {};
  }

  private put(input: PutItemCommand['input']): object {
    const key = input.Item!.resource.S!;
    if (!holds(input, this.items.get(key))) {
      throw new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: { httpStatusCode: 400 },
      });
    }
    this.items.set(key, structuredClone(input.Item!));
    return {};
  }
}

function holds(input: PutItemCommand['input'], item: Item | undefined): boolean {
  switch (input.ConditionExpression) {
    case undefined:
      return true;
    case 'attribute_not_exists(version)':
      return item?.version === undefined;
    case 'version = :version':
      return item?.version.N === input.ExpressionAttributeValues![':version'].N;
    default:
      throw new Error(`Unknown condition: ${input.ConditionExpression}`);
  }
}
