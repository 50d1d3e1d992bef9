import { DIALECTS } from '../../../local/bedrock/dialect';
import { silenceLog } from '../../support/log';
import { Life } from './scripts/life';
import { LONG_ROWS } from './scripts/long-rows';
import { ROWS } from './scripts/rows';
import { SEQUENCES } from './scripts/sequences';

/** What once went wrong, as whole lives; the dialects' tests run them in every pair of answers. */

silenceLog();

test.each(Object.entries({ ...ROWS, ...LONG_ROWS, ...SEQUENCES }))('%s', async (_, script) => {
  const { world } = await Life.of(script, DIALECTS.today);
  expect(world.wrong).toEqual([]);
});
