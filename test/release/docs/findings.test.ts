import { renderFindingsTable } from '../../support/findings';
import { expectGenerated } from './generated';

test('the table of findings holds what a look says', () => {
  expectGenerated('findings.md', 'findings', renderFindingsTable());
});
