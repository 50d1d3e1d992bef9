import { GetBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3';
import type { Bucket, Iam } from '../bedrock/iam/iam';
import type { Body } from '../bedrock/import-job';
import type { ActionRequest } from '../iam/policy';
import type { Role } from '../iam/role';
import type { IamRecord } from './iam-record';
import { readRole } from './role-reader';

const ACCOUNT = '000000000000';

interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The emulator's IAM and S3, as they are when Bedrock looks. */
export class LiveIam {
  private readonly firstSeen = new Map<string, number>();

  constructor(
    private readonly config: ClientConfig,
    private readonly record: IamRecord,
  ) {}

  /** What there is to say of an access key, and of what a request names. */
  public async read(accessKeyId: string | undefined, input: Body): Promise<Iam> {
    const { s3DataSource } = (input.modelDataSource ?? {}) as { s3DataSource?: { s3Uri: string } };
    const caller = await this.caller(accessKeyId);
    const role = input.roleArn ? await this.role(input.roleArn as string) : undefined;
    const bucket = s3DataSource ? await this.bucket(new URL(s3DataSource.s3Uri).host) : undefined;
    return { callerOf: () => caller, role: () => role, bucket: () => bucket! };
  }

  /** A role by its ARN. */
  public async role(arn: string): Promise<Role | undefined> {
    const role = await readRole(this.configOf(arn), arn.split('/').at(-1)!);
    return role && { ...role, statements: role.statements.map((each) => this.dated(role, each)) };
  }

  /** The requests that a role's sessions made to the emulator. */
  public requestsOf({ arn }: Role): ActionRequest[] {
    const sessions = `${arn.split(':')[4]}:assumed-role/${arn.split('/').at(-1)}/`;
    return this.record
      .requests()
      .filter(({ accessKeyId }) => this.record.sessionOf(accessKeyId)!.includes(sessions));
  }

  /** The emulator issues keys that begin otherwise to users only, and takes its own for the root user's. */
  private async caller(accessKeyId = ''): Promise<Role | 'root' | undefined> {
    if (!accessKeyId.startsWith('ASIA')) {
      return 'root';
    }
    const session = this.record.sessionOf(accessKeyId);
    const [, account, name] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(session ?? '') ?? [];
    return name ? this.role(`arn:aws:iam::${account}:role/${name}`) : undefined;
  }

  private async bucket(name: string): Promise<Bucket> {
    const client = new S3Client({ ...this.config, forcePathStyle: true });
    try {
      const answer = await client.send(new GetBucketEncryptionCommand({ Bucket: name }));
      const [rule] = answer.ServerSideEncryptionConfiguration!.Rules!;
      return { owner: ACCOUNT, keyArn: rule.ApplyServerSideEncryptionByDefault!.KMSMasterKeyID };
    } catch (error) {
      if (/^(NoSuchBucket|ServerSideEncryptionConfigurationNotFoundError)$/.test((error as Error).name)) {
        return { owner: ACCOUNT };
      }
      throw error;
    } finally {
      client.destroy();
    }
  }

  /** A statement with the time at which it was seen for the first time. */
  private dated(role: Role, { policy, statement }: Role['statements'][number]): Role['statements'][number] {
    const key = JSON.stringify([role.arn, policy, statement]);
    this.firstSeen.set(key, this.firstSeen.get(key) ?? Date.now());
    return { policy, statement, since: this.firstSeen.get(key) };
  }

  /** The emulator takes the account from the access key ID. */
  private configOf(arn: string): ClientConfig {
    const account = arn.split(':')[4];
    return account === ACCOUNT
      ? this.config
      : { ...this.config, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  }
}
