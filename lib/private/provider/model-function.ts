import { Duration, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import type { ModelSource } from '../../model-source';
import { importUnderKey } from '../model-key';
import { BundledFunction, type SharedFunctionProps } from './bundled-function';
import { charactersOf, MAX_INLINE_CHARACTERS, PolicySpace } from './policy-space';

/** The SDK calls of one step end well before this. */
const TIMEOUT = Duration.seconds(30);

/**
 * How many of the 10,240 characters of a role's inline policies the policies of single models may use. The rest is for
 * the function's own policy, its network interfaces and tracing.
 */
const INLINE_CHARACTERS = MAX_INLINE_CHARACTERS - 4_000;

/** What the function needs permissions on to import a model. */
export interface ImportPermissions {
  /** The import role. */
  readonly role: iam.IRole;
  /** The model's key. */
  readonly key?: kms.IKey;
  /** The weights, if they are checked before the import. */
  readonly weights?: ModelSource;
}

interface ModelFunctionProps {
  readonly shared: SharedFunctionProps;
  /** The role of the state machine that calls it. */
  readonly caller: iam.IRole;
  /** The table that records the imports. */
  readonly table: dynamodb.ITable;
}

/**
 * The function that imports and deletes models.
 *
 * CloudFormation changes a policy before it deletes what an update removes. So the permissions for deleting a model are
 * in policies that do not change until the last model that needs them is deleted.
 */
export class ModelFunction extends BundledFunction {
  private readonly invokePolicy: iam.Policy;
  private readonly keyPolicies = new Map<kms.IKey, iam.Policy>();
  private readonly overflow: PolicySpace;
  private free = INLINE_CHARACTERS;

  constructor(scope: Construct, id: string, props: ModelFunctionProps) {
    super(scope, id, {
      bundle: 'model',
      description: 'Starts Amazon Bedrock model import jobs, and deletes imported models',
      timeout: TIMEOUT,
      role: props.shared.modelRole,
      shared: props.shared,
    });
    this.allowModels();
    this.allowRecord(props.table);
    this.invokePolicy = new iam.Policy(this, 'InvokePolicy', {
      statements: [
        // To have the state machine import and delete models.
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.functionArn] }),
      ],
    });
    props.caller.attachInlinePolicy(this.invokePolicy);
    this.overflow = new PolicySpace(this, {
      role: this.role!,
      idPrefix: 'ModelsPolicy',
      description: `Import roles, keys and weights of models that ${this.node.path} imports`,
    });
  }

  /**
   * Allows it to import a model, and returns the policies with the permissions. The policy for the import role and the
   * weights is a child of the model: otherwise models that depend on each other would depend on each other's roles and
   * buckets.
   *
   * The later of many models share managed policies, and do not depend on them: their imports are not the first, and a
   * denial is retried.
   */
  public allowImport(model: Construct, { role, key, weights }: ImportPermissions): IDependable[] {
    const statements = [
      // To pass the import role to Amazon Bedrock, and to no other service.
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      }),
      ...(weights?._checkStatements() ?? []),
    ];
    const keyStatements = key && !this.keyPolicies.has(key) ? [this.keyStatement(key)] : [];
    const characters = charactersOf(this, ...statements, ...keyStatements);
    const policies = [this.policy, this.invokePolicy];
    if (characters > this.free && this.role instanceof iam.Role) {
      this.overflow.add(...statements, ...keyStatements);
      return policies;
    }
    this.free -= characters;
    const importPolicy = new iam.Policy(model, 'ImportPolicy', { statements });
    this.role!.attachInlinePolicy(importPolicy);
    return [...policies, importPolicy, ...(key ? [this.keyPolicyOf(key)] : [])];
  }

  private allowModels(): void {
    const { account, partition, region } = Stack.of(this);
    const jobs = `arn:${partition}:bedrock:${region}:${account}:model-import-job/*`;
    const models = `arn:${partition}:bedrock:${region}:${account}:imported-model/*`;
    // To start jobs, to look one up by its name, and to find the model of a job. AWS has no resource types for
    // these actions.
    this.allow(
      ['bedrock:CreateModelImportJob', 'bedrock:ListImportedModels', 'bedrock:ListModelImportJobs'],
      ['*'],
    );
    // To follow jobs, and to tag them. IDs are not known before a job starts.
    this.allow(['bedrock:GetModelImportJob', 'bedrock:TagResource', 'bedrock:UntagResource'], [jobs]);
    // To delete models, and to tag them. Their IDs are not known before the import.
    this.allow(
      [
        'bedrock:DeleteImportedModel',
        'bedrock:GetImportedModel',
        'bedrock:TagResource',
        'bedrock:UntagResource',
      ],
      [models],
    );
    // To find out what CloudFormation has recorded, and whether it is rolling back.
    this.allow(['cloudformation:DescribeStackEvents'], [Stack.of(this).stackId]);
  }

  private allowRecord({ tableArn, encryptionKey }: dynamodb.ITable): void {
    // To read and write the record of imports.
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [tableArn]);
    if (encryptionKey) {
      // To have Amazon DynamoDB decrypt and encrypt it.
      this.allowKey(encryptionKey, 'dynamodb', [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*',
      ]);
    }
  }

  /** The policy for a key, which exists as long as a model under the key. */
  private keyPolicyOf(key: kms.IKey): iam.Policy {
    let policy = this.keyPolicies.get(key);
    if (!policy) {
      // eslint-disable-next-line cdk/no-variable-construct-id -- one for each key
      policy = new iam.Policy(this, `KeyPolicy${key.node.addr}`, { statements: [this.keyStatement(key)] });
      this.role!.attachInlinePolicy(policy);
      this.keyPolicies.set(key, policy);
    }
    return policy;
  }

  private keyStatement(key: kms.IKey): iam.PolicyStatement {
    return importUnderKey(key, Stack.of(this).region);
  }
}
