import { spawn } from 'child_process';
import { BedrockStandIn } from '../../local/bedrock/stand-in';
import { installMiniStack } from '../../local/cloud/cloud';

/** The second client of the wire format: botocore, which parses and validates by AWS's own model. */
const SCRIPT = `
import json, os, botocore.session
client = botocore.session.get_session().create_client(
    'bedrock', region_name='us-east-1', endpoint_url=os.environ['STAND_IN'],
    aws_access_key_id='test', aws_secret_access_key='test')
def fault(call, **arguments):
    try:
        call(**arguments)
    except client.exceptions.ClientError as error:
        return [error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']]
request = dict(jobName='job', importedModelName='model', roleArn='arn:aws:iam::000000000000:role/import',
               modelDataSource={'s3DataSource': {'s3Uri': 's3://weights/llama/'}},
               jobTags=[{'key': 'team', 'value': 'a'}])
arn = client.create_model_import_job(**request)['jobArn']
job = client.get_model_import_job(jobIdentifier='job')
summary = client.get_paginator('list_model_import_jobs').paginate(statusEquals='Completed').build_full_result()
model = client.get_imported_model(modelIdentifier=job['importedModelArn'])
models = client.list_imported_models(nameContains='mod')['modelSummaries']
client.tag_resource(resourceARN=arn, tags=[{'key': 'stage', 'value': 'test'}])
client.untag_resource(resourceARN=arn, tagKeys=['team'])
tags = client.list_tags_for_resource(resourceARN=arn)['tags']
conflict = fault(client.create_model_import_job, **request)
client.delete_imported_model(modelIdentifier='model')
print(json.dumps(dict(
    status=job['status'], year=job['creationTime'].year > 2000,
    same=[arn == job['jobArn'], arn == summary['modelImportJobSummaries'][0]['jobArn'], arn == model['jobArn']],
    models=[each['modelName'] for each in models], tags=tags, conflict=conflict,
    gone=fault(client.get_imported_model, modelIdentifier='model'))))
`;

test('botocore understands every operation of the stand-in', async () => {
  const standIn = new BedrockStandIn();
  const STAND_IN = await standIn.start();
  try {
    const python = spawn('python3', ['-c', SCRIPT], {
      env: { PATH: process.env.PATH, PYTHONPATH: installMiniStack(), STAND_IN },
    });
    let output = '';
    python.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    python.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise((resolve) => python.on('close', resolve));

    expect(output).toMatch(/^\{/);
    expect(JSON.parse(output)).toEqual({
      status: 'Completed',
      year: true,
      same: [true, true, true],
      models: ['model'],
      tags: [{ key: 'stage', value: 'test' }],
      conflict: ['ConflictException', 400],
      gone: ['ResourceNotFoundException', 404],
    });
  } finally {
    await standIn.stop();
  }
});
