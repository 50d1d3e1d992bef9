import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { renderReasonsTable } from './support/reasons-table';

const README = join(__dirname, '..', 'README.md');
const SECTION = /(?<=<!-- reasons -->\n).*?(?=<!-- \/reasons -->)/s;

/** Run with UPDATE_README=1 to write the table instead of comparing it. */
test("the README's troubleshooting table holds what the functions say", () => {
  const readme = readFileSync(README, 'utf8');
  const section = `\n<!-- prettier-ignore -->\n${renderReasonsTable()}\n\n`;
  if (process.env.UPDATE_README) {
    writeFileSync(
      README,
      readme.replace(SECTION, () => section),
    );
  } else {
    expect(SECTION.exec(readme)?.[0]).toBe(section);
  }
});

test('each reason fits into a cell of the table', () => {
  for (const row of renderReasonsTable().split('\n')) {
    expect(row.split('|')).toHaveLength(5);
  }
});
