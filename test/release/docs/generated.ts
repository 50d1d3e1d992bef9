import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

const DOCS = join(__dirname, '..', '..', '..', 'docs');

/** Compares a part of a page with what it is made of. Run with UPDATE_DOCS=1 to write it instead. */
export function expectGenerated(page: string, part: string, content: string): void {
  const path = join(DOCS, page);
  const text = readFileSync(path, 'utf8');
  const section = new RegExp(`(?<=<!-- ${part} -->\n).*?(?=<!-- /${part} -->)`, 's');
  const expected = `\n<!-- prettier-ignore -->\n${content}\n\n`;
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      path,
      text.replace(section, () => expected),
    );
  } else {
    expect(section.exec(text)?.[0]).toBe(expected);
  }
}
