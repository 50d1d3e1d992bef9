import { LIVES } from './lives';
import { ROWS } from './rows';
import { SEQUENCES } from './sequences';

/** All scripts that are short, by what they tell. */
export const SCRIPTS = { ...LIVES, ...ROWS, ...SEQUENCES };
