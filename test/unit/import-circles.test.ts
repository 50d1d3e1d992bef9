import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { preProcessFile } from 'typescript';

const PROJECT = join(__dirname, '..', '..');

/** The sources in a folder, by their paths in the project. */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

/** The sources that a source imports, types included. */
function importsOf(file: string): string[] {
  const { importedFiles } = preProcessFile(readFileSync(join(PROJECT, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName.replace(/\.js$/, '')))
    .map((path) => `${path}.ts`)
    .filter((path) => existsSync(join(PROJECT, path)));
}

/** Each way from a file back to itself: `a.ts > b.ts > a.ts`. */
function circlesAmong(files: readonly string[]): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    } else if (!done.has(file)) {
      importsOf(file)
        .filter((imported) => files.includes(imported))
        .forEach((imported) => visit(imported, [...path, file]));
      done.add(file);
    }
  };
  files.forEach((file) => visit(file, []));
  return circles;
}

test.each(['bench', 'cli', 'lambda', 'lib', 'local', 'scripts', 'weights'])(
  'no file in %s imports itself through others',
  (folder) => {
    expect(circlesAmong(sourcesIn(folder))).toEqual([]);
  },
);
