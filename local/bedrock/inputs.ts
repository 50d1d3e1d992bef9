import type { Shape, StructureShape } from './shapes';

/**
 * What the operations take, as AWS's service models of `bedrock` and `bedrock-runtime` have it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations.html
 */

const MODEL_NAME = '([0-9a-zA-Z][_-]?)+';
const JOB_NAME = '[a-zA-Z0-9](-*[a-zA-Z0-9\\+\\-\\.])*';
const MODEL_ARN = 'arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:imported-model/[a-z0-9]{12}';
const JOB_ARN = 'arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-import-job/[a-z0-9]{12}';
const LINEAR_MODEL_NAME = '[0-9a-zA-Z](?:[_-]?[0-9a-zA-Z])*[_-]?';
const LINEAR_JOB_NAME = '[a-zA-Z0-9][a-zA-Z0-9+.-]*';

const text = (min: number, max: number, pattern?: string, documented?: string): Shape => ({
  type: 'string',
  min,
  max,
  pattern: pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`),
  documented: documented ?? pattern,
});
const list = (member: Shape, min: number, max: number): Shape => ({ type: 'list', member, min, max });
const structure = (members: Record<string, Shape>, required: string[] = []): StructureShape => ({
  type: 'structure',
  members,
  required,
});
const anything: Shape = { type: 'any' };
const timestamp: Shape = { type: 'timestamp' };

const jobName = text(1, 63, LINEAR_JOB_NAME, JOB_NAME);
const modelName = text(1, 63, LINEAR_MODEL_NAME, MODEL_NAME);
const modelIdentifier = text(
  1,
  1011,
  `(${MODEL_ARN})|(${LINEAR_MODEL_NAME})`,
  `(${MODEL_ARN})|(${MODEL_NAME})`,
);
const networkId = text(0, 32, '[-0-9a-zA-Z]+');
const tagKey = text(1, 128, '[a-zA-Z0-9\\s._:/=+@-]*');
const tagValue = text(0, 256, '[a-zA-Z0-9\\s._:/=+@-]*');
const tags = list(structure({ key: tagKey, value: tagValue }, ['key', 'value']), 0, 200);
const taggableArn = text(
  20,
  1011,
  'arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:(model-import-job|imported-model)/[a-z0-9]{12}',
);
/** The service model admits many kinds of models here; all of them fit this. */
const invokedModel = text(1, 2048, '[a-zA-Z0-9-_.:/]+');

const listMembers = {
  creationTimeAfter: timestamp,
  creationTimeBefore: timestamp,
  maxResults: { type: 'integer', min: 1, max: 1000 },
  nextToken: text(1, 2048, '\\S*'),
  sortBy: { type: 'enum', values: ['CreationTime'] },
  sortOrder: { type: 'enum', values: ['Ascending', 'Descending'] },
} as const satisfies Record<string, Shape>;

export const INPUTS = {
  CreateModelImportJob: structure(
    {
      jobName,
      importedModelName: modelName,
      roleArn: text(0, 2048, 'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+'),
      modelDataSource: structure(
        {
          s3DataSource: structure(
            {
              s3Uri: text(
                1,
                1024,
                "s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?",
              ),
            },
            ['s3Uri'],
          ),
        },
        ['s3DataSource'],
      ),
      jobTags: tags,
      importedModelTags: tags,
      clientRequestToken: text(1, 256, '[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?'),
      vpcConfig: structure({ subnetIds: list(networkId, 1, 16), securityGroupIds: list(networkId, 1, 5) }, [
        'subnetIds',
        'securityGroupIds',
      ]),
      importedModelKmsKeyId: text(
        1,
        2048,
        '(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)))|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)',
      ),
    },
    ['jobName', 'importedModelName', 'roleArn', 'modelDataSource'],
  ),
  GetModelImportJob: structure(
    { jobIdentifier: text(0, 1011, `(${JOB_ARN})|(${LINEAR_JOB_NAME})`, `(${JOB_ARN})|(${JOB_NAME})`) },
    ['jobIdentifier'],
  ),
  ListModelImportJobs: structure({
    ...listMembers,
    nameContains: jobName,
    statusEquals: { type: 'enum', values: ['InProgress', 'Completed', 'Failed'] },
  }),
  GetImportedModel: structure({ modelIdentifier }, ['modelIdentifier']),
  ListImportedModels: structure({ ...listMembers, nameContains: modelName }),
  DeleteImportedModel: structure({ modelIdentifier }, ['modelIdentifier']),
  ListTagsForResource: structure({ resourceARN: taggableArn }, ['resourceARN']),
  TagResource: structure({ resourceARN: taggableArn, tags }, ['resourceARN', 'tags']),
  UntagResource: structure({ resourceARN: taggableArn, tagKeys: list(tagKey, 0, 200) }, [
    'resourceARN',
    'tagKeys',
  ]),
  InvokeModel: structure({ modelId: invokedModel, body: anything }, ['modelId']),
  Converse: structure({ modelId: invokedModel, messages: list(anything, 0, 10_000) }, ['modelId']),
} as const;

export type Operation = keyof typeof INPUTS;
