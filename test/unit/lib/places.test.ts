import { App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ModelImportJobWaiter, ModelImportProvider } from '../../../lib/index';
import { newWaiter } from '../../support/constructs';
import { JOB_ARN } from '../../support/job';
import { ENV, hasStatement, hasWait } from '../../support/templates';

const REMOTE_JOB_ARN = 'arn:aws:bedrock:us-west-2:222233334444:model-import-job/abc123def456';
const ROLE_ARN = 'arn:aws:iam::222233334444:role/reader';

const reader = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Reader', ROLE_ARN);

function hasNoStatement(template: Template, action: string): void {
  const policies = template.findResources('AWS::IAM::Policy');
  expect(JSON.stringify(policies)).not.toContain(action);
}

describe('a job in another Region', () => {
  test('is given by its ARN, and the permission covers exactly that job', () => {
    const jobArn = JOB_ARN.replace('us-east-1', 'us-west-2');
    const { template } = newWaiter(() => ({ jobIdentifier: jobArn }));
    hasStatement(template(), { Action: 'bedrock:GetModelImportJob', Resource: jobArn });
  });

  test('is given by its name and its Region, and the permission covers the jobs there', () => {
    const { template } = newWaiter(() => ({ jobIdentifier: 'my-job', region: 'us-west-2' }));
    hasWait(template(), { jobIdentifier: 'my-job', region: 'us-west-2' });
    hasStatement(template(), {
      Action: 'bedrock:GetModelImportJob',
      Resource: {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, `:bedrock:us-west-2:${ENV.account}:model-import-job/*`],
        ],
      },
    });
  });

  test('has its metrics there', () => {
    const { waiter } = newWaiter(() => ({ jobIdentifier: 'my-job', region: 'us-west-2' }));
    expect(waiter.metricInvocations().region).toBe('us-west-2');
  });

  test('may be in a Region that is a token', () => {
    const { template, waiter } = newWaiter(() => ({ jobIdentifier: 'my-job', region: Aws.REGION }));
    hasWait(template(), { region: { Ref: 'AWS::Region' } });
    expect(waiter.metricInvocations().region).toBe('us-east-1');
  });

  test('cannot be given by an ARN that names yet another Region', () => {
    expect(() => newWaiter(() => ({ region: 'us-west-2' }))).toThrow(
      "'region' must be that of the job's ARN, us-east-1, got: 'us-west-2'",
    );
  });

  test('and one in the stack’s Region each have their permission', () => {
    const { stack, template } = newWaiter(() => ({ jobIdentifier: 'my-job' }));
    for (const id of ['Second', 'Third']) {
      new ModelImportJobWaiter(stack, id, { jobIdentifier: 'my-job', region: 'us-west-2' });
    }
    const resources = JSON.stringify(template().findResources('AWS::IAM::Policy'));
    expect(resources.match(/:model-import-job\/\*/g)).toHaveLength(2);
  });
});

describe('a job in another account', () => {
  test('needs a role', () => {
    expect(() => newWaiter(() => ({ jobIdentifier: REMOTE_JOB_ARN }))).toThrow(
      `'assumedRole' is needed for a job of another account: the job is in 222233334444, the stack in ${ENV.account}`,
    );
  });

  test('needs none as far as a stack without a known account can tell', () => {
    const stack = new Stack(new App(), 'Stack');
    new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: REMOTE_JOB_ARN });
    hasWait(Template.fromStack(stack), { jobIdentifier: REMOTE_JOB_ARN });
  });

  test('is asked for as the role, which the waiter function may assume and no other', () => {
    const { template } = newWaiter((stack) => ({
      jobIdentifier: REMOTE_JOB_ARN,
      assumedRole: reader(stack),
    }));
    hasWait(template(), { assumedRoleArn: ROLE_ARN, externalId: Match.absent() });
    hasStatement(template(), { Action: 'sts:AssumeRole', Resource: ROLE_ARN });
    hasNoStatement(template(), 'bedrock:GetModelImportJob');
  });

  test('is asked for with the external ID', () => {
    const { template } = newWaiter((stack) => ({ assumedRole: reader(stack), externalId: 'handshake/1' }));
    hasWait(template(), { externalId: 'handshake/1' });
  });

  test('has its metrics there', () => {
    const { waiter } = newWaiter((stack) => ({ jobIdentifier: REMOTE_JOB_ARN, assumedRole: reader(stack) }));
    expect(waiter.metricInvocations()).toMatchObject({ region: 'us-west-2', account: '222233334444' });
  });

  test('may be given by a name: the account is that of the role', () => {
    const { waiter } = newWaiter((stack) => ({ jobIdentifier: 'my-job', assumedRole: reader(stack) }));
    expect(waiter.metricInvocations()).toMatchObject({ region: 'us-east-1', account: '222233334444' });
  });

  test('takes an external ID only with a role', () => {
    expect(() => newWaiter(() => ({ externalId: 'handshake' }))).toThrow(
      "'externalId' can only be used with 'assumedRole'",
    );
  });

  test.each([
    ['too short', 'x'],
    ['with a space', 'with space'],
    ['too long', 'y'.repeat(1225)],
  ])('rejects an external ID that is %s', (_, externalId) => {
    expect(() => newWaiter((stack) => ({ assumedRole: reader(stack), externalId }))).toThrow(
      /^'externalId' must be/,
    );
  });

  test('takes an external ID that is a token', () => {
    const { template } = newWaiter((stack) => ({
      assumedRole: reader(stack),
      externalId: new CfnParameter(stack, 'ExternalId').valueAsString,
    }));
    hasWait(template(), { externalId: { Ref: 'ExternalId' } });
  });
});

describe('a job of a stack of another account', () => {
  const jobIdentifier = 'arn:aws:bedrock:us-east-1:222233334444:model-import-job/abc123def456';
  const WAITER_ROLE = Match.objectLike({
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, Match.stringLikeRegexp(`^:iam::${ENV.account}:role/`)],
    ],
  });

  /** A stack that waits as a role of a stack of another account, which trusts a principal. */
  function newStacks(assumedBy: (provider: ModelImportProvider) => iam.IPrincipal): Stack {
    const app = new App();
    const stack = new Stack(app, 'Waits', { env: ENV });
    const other = new Stack(app, 'Jobs', { env: { ...ENV, account: '222233334444' } });
    const provider = ModelImportProvider.getOrCreate(stack);
    const role = new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: assumedBy(provider) });
    new ModelImportJobWaiter(stack, 'Import', { jobIdentifier, assumedRole: role });
    app.synth();
    return other;
  }

  test('is asked for as a role that trusts the waiter function', () => {
    const other = newStacks(({ waiterRole }) => waiterRole);
    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { AWS: WAITER_ROLE } })] },
    });
  });

  test('is asked for as a role that trusts the account for the waiter function, which need not exist yet', () => {
    const other = newStacks(({ waiterRole }) =>
      new iam.AccountPrincipal(ENV.account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': waiterRole.roleArn },
      }),
    );
    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Condition: { ArnEquals: { 'aws:PrincipalArn': WAITER_ROLE } } })],
      },
    });
  });

  test('gives the waiter role no name where nobody needs it', () => {
    const { template } = newWaiter(() => ({ jobIdentifier: 'job' }));
    template().allResourcesProperties('AWS::IAM::Role', { RoleName: Match.absent() });
  });
});

describe('the Region', () => {
  const WARNING = Match.stringLikeRegexp('Custom Model Import is not known to exist in eu-west-3');

  test('of the stack brings a warning where Custom Model Import is not known to exist', () => {
    const { stack } = newWaiter(() => ({ jobIdentifier: 'my-job' }), 'eu-west-3');
    Annotations.fromStack(stack).hasWarning('/Stack/Import', WARNING);
  });

  test('of the job counts, not that of the stack', () => {
    const { stack } = newWaiter(() => ({ jobIdentifier: JOB_ARN }), 'eu-west-3');
    Annotations.fromStack(stack).hasNoWarning('*', WARNING);
  });

  test('brings none where it exists, or where it is not known', () => {
    const { stack } = newWaiter(() => ({}));
    const anywhere = new Stack(new App(), 'Anywhere');
    new ModelImportJobWaiter(anywhere, 'Import', { jobIdentifier: 'my-job' });
    for (const each of [stack, anywhere]) {
      Annotations.fromStack(each).hasNoWarning('*', Match.stringLikeRegexp('Custom Model Import'));
    }
  });
});

describe('every partition', () => {
  test.each([
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-cn', 'cn-north-1'],
  ])('%s works, and no other is named in the template', (partition, region) => {
    const jobArn = `arn:${partition}:bedrock:${region}:${ENV.account}:model-import-job/abc123def456`;
    const { waiter, stack, template } = newWaiter(() => ({ jobIdentifier: jobArn }), region);
    waiter.grantInvoke(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    hasStatement(template(), { Resource: jobArn });
    expect(JSON.stringify(template().toJSON())).not.toContain('arn:aws:');
  });
});
