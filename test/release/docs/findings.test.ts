import { renderFindingsTable, renderRulesTable } from '../../support/findings';
import { expectGenerated } from './generated';

test('the table of rules holds what is checked', () => {
  expectGenerated('findings.md', 'rules', renderRulesTable());
});

test('the table of findings holds the messages of the check', () => {
  expectGenerated('findings.md', 'findings', renderFindingsTable());
});
