import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { renderReasonsTable } from '../support/reasons/table';

const PAGE = join(__dirname, '..', '..', 'docs', 'troubleshooting.md');
const SECTION = /(?<=<!-- reasons -->\n).*?(?=<!-- \/reasons -->)/s;

/** Run with UPDATE_DOCS=1 to write the table instead of comparing it. */
test('the troubleshooting table holds what the functions say', () => {
  const page = readFileSync(PAGE, 'utf8');
  const section = `\n<!-- prettier-ignore -->\n${renderReasonsTable()}\n\n`;
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      PAGE,
      page.replace(SECTION, () => section),
    );
  } else {
    expect(SECTION.exec(page)?.[0]).toBe(section);
  }
});

test('each reason fits into a cell of the table', () => {
  for (const row of renderReasonsTable().split('\n')) {
    expect(row.split('|')).toHaveLength(5);
  }
});
