import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join, relative } from 'path';

const PROJECT = join(__dirname, '..', '..', '..');

const markdownIn = (folder: string): string[] =>
  readdirSync(join(PROJECT, folder), { recursive: folder !== '', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(PROJECT, folder, name));

const PAGES = [...markdownIn(''), ...markdownIn('docs')];

/** The anchors that GitHub gives the headings of a page: `## Express mode` has `express-mode`. */
function anchorsOf(page: string): string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );
}

function isBroken(page: string, target: string): boolean {
  const [path, anchor] = target.split('#');
  const linked = path ? join(dirname(page), path) : page;
  return !existsSync(linked) || (anchor !== undefined && !anchorsOf(linked).includes(anchor));
}

/** API.md has anchors of its own kind, and is generated. */
test.each(PAGES.map((page) => relative(PROJECT, page)).filter((page) => page !== 'API.md'))(
  'the links of %s lead to pages and headings that exist',
  (page) => {
    const text = readFileSync(join(PROJECT, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target);
    expect(targets.filter((target) => isBroken(join(PROJECT, page), target))).toEqual([]);
  },
);
