import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import { PROJECT, run, tool } from './tools';

/**
 * Compiles the TypeScript of the README, of SECURITY.md and of the pages in `docs/` against the sources, and
 * synthesizes it as an app that today's `cdk init` makes: with weak references between stacks, and the default rules
 * of validation.
 */
const DOCS = join(PROJECT, 'docs');
const FOLDER = join(PROJECT, '.cache', 'doc-snippets');
const PAGES = [
  join(PROJECT, 'README.md'),
  join(PROJECT, 'SECURITY.md'),
  ...readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(DOCS, name)),
];

/** What a snippet declares, and what stands for it: the snippet says what it takes, not where that comes from. */
const FIXTURES: Record<string, (name: string) => string> = {
  App: () => 'app',
  Stack: (name) => `fixtures.stack('${name}')`,
  ImportedModel: () => 'fixtures.model()',
  IImportedModel: () => 'fixtures.model()',
  's3.IBucket': () => 'fixtures.bucket()',
  'kms.IKey': () => 'fixtures.key()',
  'sqs.IQueue': () => 'fixtures.queue()',
  'ec2.IVpc': () => 'fixtures.vpc()',
  'lambda.Function': () => 'fixtures.fn()',
  'iam.IRole': () => 'fixtures.role()',
  '{ [name: string]: any }': () => '{}',
};
/** A comment behind a stack may give its ID in quotes. */
const DECLARATION = /^declare const (\w+): ([^;]+);(?: \/\/ '(\w+)'.*| .*)?$/gm;
/** What a snippet that is a whole file has in place of a declaration. */
const OWN_APP = /^const app = new App\(\);$/m;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

const runnable: string[] = [];
for (const page of PAGES) {
  const snippets = readFileSync(page, 'utf8').matchAll(/^```ts\n(.*?)^```/gms);
  [...snippets].forEach(([, snippet], index) => {
    const name = `${basename(page, '.md')}-${index + 1}`;
    writeFileSync(join(FOLDER, `${name}.ts`), `${snippet}\nexport {};\n`);
    writeFileSync(join(FOLDER, `${name}.run.ts`), runnableOf(name, snippet));
    runnable.push(name);
  });
}
const tsconfig = {
  extends: join(PROJECT, 'tsconfig.json'),
  compilerOptions: {
    noUnusedLocals: false,
    paths: { 'cdk-bedrock-model-import': [join(PROJECT, 'lib', 'index.ts')] },
  },
  include: ['*.ts'],
  exclude: ['*.run.ts'],
};
writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(tsconfig));
run(tool('tsc'), ['-p', '.'], FOLDER);

writeFileSync(join(FOLDER, 'flags.json'), JSON.stringify(flagsOfInit()));
const all = join(FOLDER, 'all.run.ts');
writeFileSync(all, runnable.map((name) => `import './${name}.run';\n`).join(''));
run(tool('tsx'), ['--tsconfig', join(FOLDER, 'tsconfig.json'), all], FOLDER);
console.log(`Synthesized ${runnable.length} snippets`);

/** A snippet whose declarations have values, and the app around it. */
function runnableOf(name: string, snippet: string): string {
  const body = snippet
    .replace(OWN_APP, '')
    .replace(DECLARATION, (_, variable: string, type: string, id?: string) => {
      const fixture = FIXTURES[type];
      if (!fixture) {
        throw new Error(`${name} declares a ${type}, for which there is no fixture`);
      }
      return variable === 'app' ? '' : `const ${variable} = ${fixture(id ?? `Snippet-${variable}`)};`;
    });
  return [
    `import { SnippetApp } from '${join(PROJECT, 'scripts', 'snippet-app')}';`,
    'const fixtures = new SnippetApp();',
    'const app = fixtures.app;',
    body,
    'fixtures.synth();',
  ].join('\n');
}

/** The context that `cdk init` of this version of the CLI writes. */
function flagsOfInit(): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-init-'));
  try {
    run(tool('cdk'), ['init', 'app', '--language', 'typescript', '--generate-only', '--quiet'], folder, {
      CDK_DISABLE_VERSION_CHECK: '1',
    });
    const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { context: unknown };
    return context;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
