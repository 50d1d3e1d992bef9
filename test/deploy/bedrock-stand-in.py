"""Checks what the Bedrock stand-in sends against AWS's own service models, with botocore.

For each dialect the operations of `bedrock` and `bedrock-runtime` are called through the life of a model.
Each answer is parsed by botocore, and each part of it is compared with the shape that the service model
declares. Prints a JSON object: how much was checked, and what was wrong.
"""

import json
import os
import re
import urllib.request
from collections import Counter

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

STAND_IN = os.environ['STAND_IN']
DIALECTS = int(os.environ['DIALECTS'])
MINUTE = 60_000
ROLE = 'arn:aws:iam::000000000000:role/import'
KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11'
JSON_TYPES = {
    'string': str, 'timestamp': str, 'integer': int, 'long': int, 'boolean': bool,
    'float': (int, float), 'double': (int, float), 'list': list, 'map': dict, 'structure': dict,
}


class Checks:
    """Compares answers with shapes, counts the comparisons and keeps what failed."""

    def __init__(self):
        self.count = 0
        self.dialect = 0
        self.violations = []

    def that(self, holds, *what):
        self.count += 1
        if not holds:
            self.violations.append({'dialect': self.dialect, 'what': ' '.join(map(str, what))})
        return holds

    def value(self, shape, value, path):
        if not self.that(isinstance(value, JSON_TYPES[shape.type_name]), path, 'is no', shape.type_name, value):
            return
        if shape.type_name == 'structure':
            self.structure(shape, value, path)
        elif shape.type_name == 'list':
            self.range(shape, len(value), path)
            for each in value:
                self.value(shape.member, each, f'{path}[]')
        elif shape.type_name == 'string':
            self.range(shape, len(value), path)
            self.string(shape, value, path)

    def structure(self, shape, value, path):
        for name in shape.required_members:
            self.that(name in value, path, 'lacks', name)
        for name, each in value.items():
            if self.that(name in shape.members, path, 'has an unknown member', name):
                self.value(shape.members[name], each, f'{path}.{name}')

    def string(self, shape, value, path):
        if shape.enum:
            self.that(value in shape.enum, path, 'is none of its values:', value)
        if 'pattern' in shape.metadata:
            self.that(re.fullmatch(shape.metadata['pattern'], value), path, 'breaks its pattern:', value)

    def range(self, shape, size, path):
        self.that(shape.metadata.get('min', 0) <= size, path, 'is too short')
        self.that(size <= shape.metadata.get('max', size), path, 'is too long')


class Service:
    """A client whose every answer is checked."""

    def __init__(self, session, name, checks, seen):
        self.checks = checks
        self.seen = seen
        self.client = session.create_client(
            name, region_name='us-east-1', endpoint_url=STAND_IN,
            aws_access_key_id='test', aws_secret_access_key='test',
            # What is wrong with a request is for the stand-in to say.
            config=Config(parameter_validation=False, retries={'total_max_attempts': 1}))
        self.client.meta.events.register('before-parse', self.check)

    def call(self, operation, **arguments):
        """Returns the parsed output, or None when an exception was answered."""
        method = botocore.xform_name(operation)
        try:
            return getattr(self.client, method)(**arguments)
        except ClientError:
            return None

    def check(self, operation_model, response_dict, **_):
        if response_dict['status_code'] >= 300:
            self.check_exception(operation_model, response_dict)
        else:
            self.check_output(operation_model, response_dict)

    def check_exception(self, operation, response):
        code = response['headers'].get('x-amzn-errortype')
        self.seen['exceptions'][f'{operation.name} {code}'] += 1
        shape = next((each for each in operation.error_shapes if each.error_code == code), None)
        if self.checks.that(shape, operation.name, 'does not declare', code):
            status = shape.metadata['error']['httpStatusCode']
            self.checks.that(response['status_code'] == status, code, 'has another status than', status)
            self.checks.value(shape, json.loads(response['body']), f'{operation.name} {code}')

    def check_output(self, operation, response):
        self.seen['outputs'][operation.name] += 1
        declared = operation.http.get('responseCode', 200)
        self.checks.that(response['status_code'] == declared, operation.name, 'has another status than', declared)
        shape = operation.output_shape
        if shape.serialization.get('payload'):
            self.checks.that('content-type' in response['headers'], operation.name, 'has no content type')
        else:
            self.checks.value(shape, json.loads(response['body']), operation.name)


def control(**command):
    """Changes the stand-in: its dialect, its clock, how imports go."""
    request = urllib.request.Request(f'{STAND_IN}/control', json.dumps(command).encode(), method='POST')
    urllib.request.urlopen(request).close()


class Life:
    """The life of models in one dialect."""

    def __init__(self, number, bedrock, runtime):
        self.checks = bedrock.checks
        self.call = bedrock.call
        self.invoke = runtime.call
        self.job = f'job-{number}'
        self.model = f'model-{number}'
        self.request = dict(
            jobName=self.job, importedModelName=self.model, roleArn=ROLE, clientRequestToken=f'token-{number}',
            modelDataSource={'s3DataSource': {'s3Uri': 's3://weights/llama/'}},
            jobTags=[{'key': 'team', 'value': 'a'}], importedModelTags=[{'key': 'team', 'value': 'a'}],
            vpcConfig={'subnetIds': ['subnet-1'], 'securityGroupIds': ['sg-1']}, importedModelKmsKeyId=KEY)

    def run(self):
        self.start()
        self.look()
        control(advance=3 * MINUTE)
        self.look()
        self.refuse()
        control(advance=7 * MINUTE)
        self.look()
        self.use()
        control(advance=3 * MINUTE)
        self.look()
        self.use()
        for _ in range(3):
            control(advance=60 * MINUTE)
            self.interrupted()
        self.fail()
        self.delete()

    def start(self):
        """A role made just now, and an import of ten minutes."""
        control(roleMade=ROLE, scripts=[{'durationMs': 10 * MINUTE, 'notReadyMs': MINUTE}])
        created = self.call('CreateModelImportJob', **self.request)
        if not created:
            control(advance=5 * MINUTE)
            created = self.call('CreateModelImportJob', **self.request)
        self.job_arn = created['jobArn']
        self.model_arn = self.job_arn.replace('model-import-job/job', 'imported-model/mdl')

    def look(self):
        for identifier in (self.job, self.job_arn):
            self.call('GetModelImportJob', jobIdentifier=identifier)
        for identifier in (self.model, self.model_arn):
            self.call('GetImportedModel', modelIdentifier=identifier)
        for arn in (self.job_arn, self.model_arn):
            self.call('ListTagsForResource', resourceARN=arn)
        for status in ('InProgress', 'Completed', 'Failed'):
            self.call('ListModelImportJobs', nameContains=self.job, statusEquals=status, sortBy='CreationTime', sortOrder='Descending')
        page = self.call('ListModelImportJobs', nameContains='job', maxResults=1)
        if page and 'nextToken' in page:
            self.call('ListModelImportJobs', nameContains='job', maxResults=1, nextToken=page['nextToken'])
        self.call('ListImportedModels', nameContains='model', maxResults=1)

    def refuse(self):
        """Requests that nobody should make."""
        other = {**self.request, 'jobName': f'{self.job}b', 'importedModelName': f'{self.model}b'}
        tags = [{'key': f'key-{index}', 'value': ''} for index in range(51)]
        for request in (
            self.request, {**self.request, 'clientRequestToken': 'another'}, {**other, 'clientRequestToken': 'other'},
            {**other, 'importedModelKmsKeyId': 'key/1'}, {**other, 'importedModelTags': tags}, {'jobName': '_'},
        ):
            self.call('CreateModelImportJob', **request)
        self.call('DeleteImportedModel', modelIdentifier=self.model)
        self.call('ListModelImportJobs', statusEquals='Done')
        self.call('ListImportedModels', maxResults=0)
        self.call('GetModelImportJob', jobIdentifier='not a job')
        self.call('GetImportedModel', modelIdentifier='not a model')
        self.call('ListTagsForResource', resourceARN='arn:aws:s3:::nothing-of-bedrock')
        for operation, arguments in (('TagResource', {'tags': tags}), ('UntagResource', {'tagKeys': ['team']})):
            self.call(operation, resourceARN=self.job_arn, **arguments)
            self.call(operation, resourceARN=f'{self.job_arn[:-3]}zzz', **arguments)
        control(denied=True)
        self.look()
        self.use()
        self.call('CreateModelImportJob', **other)
        self.call('DeleteImportedModel', modelIdentifier=self.model)
        control(denied=False)

    def use(self):
        body = json.dumps({'prompt': 'Hello'})
        messages = [{'role': 'user', 'content': [{'text': 'Hello'}]}]
        for model in (self.model_arn, f'{self.model_arn[:-3]}zzz', 'no model'):
            answer = self.invoke('InvokeModel', modelId=model, body=body, contentType='application/json')
            if answer:
                self.checks.that('generation' in json.load(answer['body']), 'InvokeModel generates nothing')
            self.invoke('Converse', modelId=model, messages=messages)
        self.call('TagResource', resourceARN=self.model_arn, tags=[{'key': 'stage', 'value': 'test'}])

    def interrupted(self):
        """Hours later, when stray refusals come."""
        for _ in range(6):
            control(advance=2 * MINUTE)
            self.look()
            self.use()

    def fail(self):
        """An import that fails, and one of a model that is no chat model."""
        control(scripts=[{'outcome': 'Failed', 'failureMessage': 'No config.json'}])
        self.create_plain('failed')
        self.create_plain('failed-at-once')
        control(advance=5 * MINUTE, scripts=[{'modelOverrides': {'instructSupported': False}}])
        self.call('GetModelImportJob', jobIdentifier=f'{self.job}-failed')
        self.create_plain('silent', importedModelKmsKeyId='alias/models')
        control(advance=5 * MINUTE)
        model = self.call('GetImportedModel', modelIdentifier=f'{self.model}-silent')
        if model:
            self.invoke('Converse', modelId=model['modelArn'], messages=[])

    def create_plain(self, suffix, **more):
        """Asks for an import without a VPC and without the key."""
        optional = ('importedModelKmsKeyId', 'vpcConfig', 'clientRequestToken')
        plain = {key: value for key, value in self.request.items() if key not in optional}
        names = dict(jobName=f'{self.job}-{suffix}', importedModelName=f'{self.model}-{suffix}')
        self.call('CreateModelImportJob', **{**plain, **names, **more})

    def delete(self):
        self.use()
        identifiers = (self.model_arn, self.model, f'{self.model}-silent')
        for identifier in identifiers:
            self.call('DeleteImportedModel', modelIdentifier=identifier)
        control(advance=20 * MINUTE)
        for identifier in identifiers:
            self.call('DeleteImportedModel', modelIdentifier=identifier)
        control(quota=1)
        self.create_plain('next')
        self.create_plain('too-many')
        control(advance=5 * MINUTE, quota=3)
        self.create_plain('after')
        self.look()
        self.use()
        control(advance=60 * MINUTE)


def main():
    checks = Checks()
    seen = {'outputs': Counter(), 'exceptions': Counter()}
    session = botocore.session.get_session()
    bedrock = Service(session, 'bedrock', checks, seen)
    runtime = Service(session, 'bedrock-runtime', checks, seen)
    for number in range(DIALECTS):
        checks.dialect = number
        control(dialect=number)
        Life(number, bedrock, runtime).run()
    print(json.dumps(dict(checks=checks.count, violations=checks.violations, **seen)))


main()
