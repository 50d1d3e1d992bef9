const { execSync } = require('child_process');
const { readFileSync, statSync } = require('fs');
const { join } = require('path');

const PROJECT = join(__dirname, '..', '..');

/** What esbuild wrote about each build, with the files that went into it. */
const BUILDS = ['lambda/dist/meta.json', 'cli/dist/meta.json'];

/** What decides how the bundles are built, and which versions of packages go into them. */
const RECIPE = ['package.json', 'package-lock.json'];

/** Bundles the functions and the command anew if a file that goes into them has changed: no test runs an old bundle. */
exports.bundleAnew = () => {
  if (BUILDS.some(isStale)) {
    execSync('npm run --silent bundle', { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  }
};

function isStale(meta) {
  const builtAt = modifiedAt(meta);
  if (builtAt === undefined) {
    return true;
  }
  const { inputs } = JSON.parse(readFileSync(join(PROJECT, meta), 'utf8'));
  const sources = Object.keys(inputs).filter((file) => !file.includes('node_modules/'));
  return [...RECIPE, ...sources].some((file) => !(modifiedAt(file) <= builtAt));
}

/** Undefined for a file that is not there. */
function modifiedAt(file) {
  return statSync(join(PROJECT, file), { throwIfNoEntry: false })?.mtimeMs;
}
