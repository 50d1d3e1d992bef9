import { execFileSync } from 'child_process';
import { join } from 'path';
import { PROJECT } from '../../../scripts/tools';

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly unknown[];
}

/** A file of the npm package. */
function packed(path: string): string {
  const manifest = execFileSync('npm', ['pkg', 'get'], { cwd: PROJECT, encoding: 'utf8' });
  const { version } = JSON.parse(manifest) as { version: string };
  const tarball = join(PROJECT, 'dist', 'js', `cdk-bedrock-model-import@${version}.jsii.tgz`);
  return execFileSync('tar', ['-xzOf', tarball, `package/lambda/dist/${path}`], { encoding: 'utf8' });
}

const { components, ...bom } = JSON.parse(packed('sbom.cdx.json')) as {
  bomFormat: string;
  specVersion: string;
  components: Component[];
};

test('the bill of materials is one of CycloneDX', () => {
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
});

test.each(['client-bedrock', 'client-bedrock-runtime', 'client-s3', 'client-sfn', 'client-sts'])(
  'it names the %s that the functions bundle',
  (name) => {
    expect(components).toContainEqual(expect.objectContaining({ group: '@aws-sdk', name }));
  },
);

test('each component has a version, a package URL and a licence, and its licence is in the package', () => {
  const licences = packed('THIRD-PARTY-LICENSES.txt');
  for (const { group, name, version, purl, licenses } of components) {
    const fullName = group ? `${group}/${name}` : name;
    expect(purl).toBe(`pkg:npm/${fullName.replace('@', '%40')}@${version}`);
    expect(licenses).toHaveLength(1);
    expect(licences).toContain(`${fullName}@${version} (`);
  }
});

test('nothing of it was only for development', () => {
  const names = components.map(({ name }) => name);
  expect(names).not.toContain('esbuild');
  expect(names).not.toContain('aws-cdk-lib');
});
