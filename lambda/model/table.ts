import {
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
  type GetItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Calls } from './calls';
import { EMPTY, expiresAt, findByJob, hasEnded, isMarked, prune, type ResourceRecord } from './record';

/**
 * The table that remembers the imports of a stack's models: one item for each resource, and one for each job that
 * was adopted.
 *
 *     resource  arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10-…/Llama7C2C6F1E
 *     version   7
 *     record    {"newest":{…},"imports":{…}}
 *     expiresAt (seconds, when nothing is left)
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */

interface Item {
  readonly record: ResourceRecord;
  /** 0 where there is no item. */
  readonly version: number;
}

/** How often a change is tried again that another execution has come before. */
const MAX_ATTEMPTS = 5;

export class ImportTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly calls: Calls,
    private readonly tableName: string,
    private readonly resource: string,
  ) {}

  /** What is recorded of the resource, as of now. */
  public async read(): Promise<ResourceRecord> {
    return (await this.get()).record;
  }

  /**
   * Changes what is recorded, by one conditional write: the change sees what is there, and nobody comes between.
   * Returns undefined when the change may not happen any more.
   */
  public async change(
    change: (record: ResourceRecord) => ResourceRecord | undefined,
    now: number,
  ): Promise<ResourceRecord | undefined> {
    for (let attempt = 1; ; attempt++) {
      const item = await this.get();
      const changed = change(item.record);
      if (!changed || changed === item.record) {
        return changed;
      }
      const pruned = prune(changed, now);
      if (await this.put(pruned, item.version, now, attempt === MAX_ATTEMPTS)) {
        return pruned;
      }
    }
  }

  /** Whether another resource of the stack has adopted a job, and still has it. */
  public async isAdoptedElsewhere(jobArn: string): Promise<boolean> {
    const { Item } = await this.getItem(jobArn);
    const adopter = Item?.adopter?.S;
    if (adopter === undefined || adopter === this.resource) {
      return false;
    }
    const { entry } = findByJob((await this.get(adopter)).record, jobArn) ?? {};
    return entry !== undefined && !isMarked(entry) && !hasEnded(entry);
  }

  /** The resource has adopted a job, which another one may have imported. */
  public async adopt(jobArn: string): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.tableName,
      Item: { resource: { S: jobArn }, adopter: { S: this.resource } },
    });
    await this.calls.call(
      'dynamodb:PutItem',
      (options) => this.client.send(command, options),
      this.tableName,
    );
  }

  private async get(key = this.resource): Promise<Item> {
    const { Item } = await this.getItem(key);
    return Item
      ? { record: JSON.parse(Item.record.S!) as ResourceRecord, version: Number(Item.version.N) }
      : { record: EMPTY, version: 0 };
  }

  private getItem(key: string): Promise<GetItemCommandOutput> {
    const command = new GetItemCommand({
      TableName: this.tableName,
      Key: { resource: { S: key } },
      ConsistentRead: true,
    });
    return this.calls.call(
      'dynamodb:GetItem',
      (options) => this.client.send(command, options),
      this.tableName,
    );
  }

  /** Returns false when the item has changed since it was read. */
  private async put(record: ResourceRecord, version: number, now: number, isLast: boolean): Promise<boolean> {
    const expiry = expiresAt(record, now);
    const command = new PutItemCommand({
      TableName: this.tableName,
      Item: {
        resource: { S: this.resource },
        version: { N: String(version + 1) },
        record: { S: JSON.stringify(record) },
        ...(expiry !== undefined && { expiresAt: { N: String(Math.ceil(expiry / 1000)) } }),
      },
      ...(version === 0
        ? { ConditionExpression: 'attribute_not_exists(version)' }
        : {
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': { N: String(version) } },
          }),
    });
    return this.calls.call(
      'dynamodb:PutItem',
      (options) =>
        this.client.send(command, options).then(
          () => true,
          (error: unknown) => {
            if ((error as Error).name === 'ConditionalCheckFailedException' && !isLast) {
              return false;
            }
            throw error;
          },
        ),
      this.tableName,
    );
  }
}
