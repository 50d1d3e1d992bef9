import { renderReasonsTable } from '../../support/reasons/table';
import { expectGenerated } from './generated';

test('the troubleshooting table holds what the functions say', () => {
  expectGenerated('troubleshooting.md', 'reasons', renderReasonsTable());
});

test('each reason fits into a cell of the table', () => {
  for (const row of renderReasonsTable().split('\n')) {
    expect(row.split('|')).toHaveLength(5);
  }
});
