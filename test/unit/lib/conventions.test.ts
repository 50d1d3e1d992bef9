import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Lazy, PropertyInjectors, type IPropertyInjector, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as customResources from 'aws-cdk-lib/custom-resources';
import {
  ImportedModel,
  ImportedModelBase,
  ImportedModelDashboard,
  ImportedModelGrants,
  ModelImportJobWaiter,
  ModelImportProvider,
  SmokeTest,
} from '../../../lib/index';
import { MAX_EXECUTION_BYTES, MAX_TEST_REQUEST_BYTES } from '../../../lib/private/contract/sizes';
import { addModel, addWaiter } from '../../support/constructs';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import {
  ENV,
  hasStatement,
  newStack,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
} from '../../support/templates';

const OTHER_ACCOUNT = '222233334444';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

describe('property injection', () => {
  const inject = (constructUniqueId: string, props: object): void => {
    const injector: IPropertyInjector = {
      constructUniqueId,
      inject: (original: object) => ({ ...props, ...original }),
    };
    PropertyInjectors.of(stack).add(injector);
  };

  test('sets the VPC and the logs of the provider that a first waiter makes', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    inject(ModelImportProvider.PROPERTY_INJECTION_ID, { vpc, logRetention: logs.RetentionDays.ONE_YEAR });
    addWaiter(stack);
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.anyValue() });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    expect(ModelImportProvider.getOrCreate(stack, {})).toBe(ModelImportProvider.getOrCreate(stack));
  });

  test('reaches models, waiters and dashboards', () => {
    inject(ImportedModel.PROPERTY_INJECTION_ID, { jobNamePrefix: 'company' });
    inject(ModelImportJobWaiter.PROPERTY_INJECTION_ID, { region: 'us-west-2' });
    inject(ImportedModelDashboard.PROPERTY_INJECTION_ID, { dashboardName: 'models' });
    const waiter = addWaiter(stack, { jobIdentifier: 'job' });
    addModel(stack);
    new ImportedModelDashboard(stack, 'Dashboard', { models: [waiter] });
    expect(resourcesOfType(stack, MODEL_TYPE)[0].Properties.jobNamePrefix).toBe('company');
    expect(resourcesOfType(stack, WAITER_TYPE)[0].Properties.region).toBe('us-west-2');
    expect(resourcesOfType(stack, 'AWS::CloudWatch::Dashboard')[0].Properties.DashboardName).toBe('models');
  });
});

test('CustomResourceConfig of the CDK changes nothing here, as the docs say', () => {
  addModel(stack);
  const config = customResources.CustomResourceConfig.of(stack);
  config.addLogRetentionLifetime(logs.RetentionDays.ONE_DAY);
  const template = Template.fromStack(stack);
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

describe('connections', () => {
  test('of a model open its own security group', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    addModel(stack, { vpc }).connections.allowTo(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.HTTPS);
    expect(JSON.stringify(resourcesOfType(stack, 'AWS::EC2::SecurityGroup'))).toContain('import jobs');
  });

  test('of a provider are those of all functions, also of one that a later model brings', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const database = new ec2.SecurityGroup(stack, 'Database', { vpc });
    const { connections } = ModelImportProvider.getOrCreate(stack, { vpc });
    connections.allowTo(database, ec2.Port.tcp(443));
    addModel(stack);
    const rules = resourcesOfType(stack, 'AWS::EC2::SecurityGroupIngress');
    expect(rules).toHaveLength(resourcesOfType(stack, 'AWS::Lambda::Function').length);
  });

  test.each([
    ['a model', () => addModel(stack).connections],
    ['a provider', () => ModelImportProvider.getOrCreate(stack).connections],
  ])('of %s need a VPC', (_, connections) => {
    expect(connections).toThrow("'connections' can only be used with 'vpc'");
  });
});

describe('a model of another kind', () => {
  class OwnModel extends ImportedModelBase {
    public readonly importedModelArn = `arn:aws:bedrock:us-east-1:${ENV.account}:imported-model/abc123def456`;
    public readonly importedModelName = 'own';
    public readonly importedModelKmsKeyArn = '';
    public readonly kmsKey = undefined;
  }

  test('has the grants, the metrics and the parameter of the base', () => {
    const model = new OwnModel(stack, 'Own');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    model.grantInvoke(role).assertSuccess();
    model.grantRead(role).assertSuccess();
    model.publishArn('/models/own');
    expect(model.metricInvocations().dimensions).toEqual({ ModelId: model.importedModelArn });
    hasStatement(Template.fromStack(stack), { Resource: model.importedModelArn });
  });
});

describe('grants', () => {
  test('of any actions are those of grants.actions', () => {
    const model = addModel(stack);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    ImportedModelGrants.fromImportedModel(model).actions(role, 'bedrock:DeleteImportedModel').assertSuccess();
    expect(
      statementsAllowing(stack, 'bedrock:DeleteImportedModel').map(({ Resource }) => Resource),
    ).toContainEqual(stack.resolve(model.importedModelArn));
  });

  test.each<[string, () => iam.IGrantable, string]>([
    ['an account', () => new iam.AccountPrincipal(ENV.account), 'takes no policies'],
    ['another account', () => new iam.AccountPrincipal(OTHER_ACCOUNT), `is of account ${OTHER_ACCOUNT}`],
    ['a service', () => new iam.ServicePrincipal('lambda.amazonaws.com'), 'takes no policies'],
    [
      'an imported role of another account',
      () => iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${OTHER_ACCOUNT}:role/caller`),
      `is of account ${OTHER_ACCOUNT}`,
    ],
  ])('to %s bring a warning', (_, grantee, reason) => {
    const model = addModel(stack, { kmsKey: new kms.Key(stack, 'Key') });
    model.grantInvoke(grantee());
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Llama',
      Match.stringLikeRegexp(`granted nothing.*${reason}`),
    );
  });

  test('to an account are no success, whatever the policy of the key says', () => {
    const model = addModel(stack, { kmsKey: new kms.Key(stack, 'Key') });
    expect(model.grantInvoke(new iam.AccountPrincipal(OTHER_ACCOUNT)).success).toBe(false);
  });

  test.each<[string, () => iam.IGrantable]>([
    ['a role', () => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })],
    ['an imported role', () => iam.Role.fromRoleName(stack, 'Role', 'caller')],
  ])('to %s of the account bring none', (_, grantee) => {
    addModel(stack).grantInvoke(grantee());
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('granted nothing'));
  });
});

describe('a key whose policy the app cannot change', () => {
  const ARN = `arn:aws:kms:us-east-1:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

  test('brings a warning with the statement that it needs', () => {
    addModel(stack, { kmsKey: kms.Key.fromKeyArn(stack, 'Key', ARN) });
    for (const part of ['kms:CreateGrant', 'kms:ViaService', 'Stack/Llama/ImportRole', 'ModelRole']) {
      Annotations.fromStack(stack).hasWarning('/Stack/Llama', Match.stringLikeRegexp(part));
    }
  });

  test('brings none where the key is made by the app', () => {
    addModel(stack, { kmsKey: new kms.Key(stack, 'Key') });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

test('a warning names the model, not the wait in it', () => {
  const elsewhere = newStack({}, { ...ENV, region: 'eu-west-3' });
  addModel(elsewhere);
  Annotations.fromStack(elsewhere).hasWarning('/Stack/Llama', Match.stringLikeRegexp('not known to exist'));
  Annotations.fromStack(elsewhere).hasNoWarning('/Stack/Llama/Waiter', Match.anyValue());
});

describe('what Lambda checks at the creation of a function is there before', () => {
  test('also when CDK makes a policy for each statement, with a queue and tracing', () => {
    const old = newStack({ '@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy': true }, ENV);
    ModelImportProvider.getOrCreate(old, { tracing: true, deadLetterQueue: new sqs.Queue(old, 'Queue') });
    addModel(old);
    const resources = resourcesOf(old);
    const policies = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
    for (const [, { Properties, DependsOn = [] }] of Object.entries(resources).filter(
      ([, { Type }]) => Type === 'AWS::Lambda::Function',
    )) {
      const role = (Properties.Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
      const needed = policies.filter(
        ([, policy]) =>
          JSON.stringify(policy.Properties.Roles).includes(`"${role}"`) &&
          /sqs:SendMessage|xray:/.test(JSON.stringify(policy.Properties)),
      );
      expect(needed.length).toBeGreaterThan(0);
      expect(DependsOn).toEqual(expect.arrayContaining(needed.map(([id]) => id)));
    }
  });
});

test('the key of a queue is used through Amazon SQS only', () => {
  const encryptionKey = new kms.Key(stack, 'Key');
  ModelImportProvider.getOrCreate(stack, {
    encryptionKey,
    deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: encryptionKey }),
  });
  addModel(stack);
  const open = statementsAllowing(stack, 'kms:Decrypt').filter(({ Condition }) => Condition === undefined);
  expect(open).toEqual([]);
  expect(JSON.stringify(statementsAllowing(stack, 'kms:GenerateDataKey'))).toContain('sqs.us-east-1.');
});

describe('a smoke test', () => {
  const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

  test('leaves room in an execution', () => {
    expect(MAX_EXECUTION_BYTES - MAX_TEST_REQUEST_BYTES).toBeGreaterThan(60_000);
  });

  test.each<[string, string]>([
    ['plain text', 'x'],
    ['text of three bytes a character', '語'],
    ['text that JSON escapes', '"'],
  ])('takes a body up to the limit and no more, of %s', (_, character) => {
    const most = character.repeat(Math.floor((MAX_TEST_REQUEST_BYTES - 2) / (sizeOf(character) - 2)));
    expect(() => SmokeTest.invokeModel({ body: most })).not.toThrow();
    expect(() => SmokeTest.invokeModel({ body: most + character.repeat(2) })).toThrow(
      /^'body' must be at most 200000 bytes as a JSON string, got: \d+$/,
    );
    expect(() => SmokeTest.converse({ prompt: most + character.repeat(2) })).toThrow(
      /^'prompt' must be at most/,
    );
  });

  test('counts the quotes of an object twice, as it travels in a string', () => {
    const quotes = Array.from({ length: 40_000 }, () => 'a');
    expect(() => SmokeTest.invokeModel({ body: { quotes } })).toThrow("'body' must be at most 200000 bytes");
  });

  test('counts what its tokens become, at synthesis, and names the model', () => {
    const prompt = Lazy.string({ produce: () => 'x'.repeat(MAX_TEST_REQUEST_BYTES) });
    addModel(stack, { smokeTest: SmokeTest.invokeModel({ body: { prompt } }) });
    expect(() => Template.fromStack(stack)).toThrow("[Stack/Llama] 'body' must be at most 200000 bytes");
  });
});

test('each warning that a construct can give is in the docs', () => {
  const files = readdirSync(join(__dirname, '../../../lib'), { recursive: true, encoding: 'utf8' });
  const sources = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => readFileSync(join(__dirname, '../../../lib', file), 'utf8'));
  const codes = new Set(
    sources.flatMap((text) => text.match(/cdk-bedrock-model-import:[a-zA-Z]+(?=')/g) ?? []),
  );
  expect(codes.size).toBeGreaterThan(4);
  const page = readFileSync(join(__dirname, '../../../docs/warnings.md'), 'utf8');
  const documented = new Set(page.match(/cdk-bedrock-model-import:[a-zA-Z]+/g));
  expect([...documented].sort()).toEqual([...codes].sort());
});
