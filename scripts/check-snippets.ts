import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import { PROJECT, run, tool } from './tools';

/** Compiles the TypeScript of the pages in `docs/` against the sources. The README's are jsii-rosetta's. */
const DOCS = join(PROJECT, 'docs');
const FOLDER = join(PROJECT, '.cache', 'doc-snippets');

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const page of readdirSync(DOCS).filter((name) => name.endsWith('.md'))) {
  const snippets = readFileSync(join(DOCS, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms);
  [...snippets].forEach(([, snippet], index) => {
    writeFileSync(join(FOLDER, `${basename(page, '.md')}-${index + 1}.ts`), `${snippet}\nexport {};\n`);
  });
}
const tsconfig = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noUnusedLocals: false,
    paths: { 'cdk-bedrock-model-import': ['../../lib/index.ts'] },
  },
  include: ['*.ts'],
};
writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(tsconfig));
run(tool('tsc'), ['-p', '.'], FOLDER);
