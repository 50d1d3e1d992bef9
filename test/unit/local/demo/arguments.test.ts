import { parseDemoArguments } from '../../../../local/demo/arguments';

const parse = (line: string): unknown => parseDemoArguments(line.split(' ').filter(Boolean));

test('without arguments, the deployment waits for a job of half a minute', () => {
  expect(parse('')).toEqual({
    name: 'wait',
    seconds: 30,
    fail: false,
    badWeights: false,
    dialect: 'today',
  });
});

test('the demo with two imports has shorter ones', () => {
  expect(parse('own')).toMatchObject({ name: 'own', seconds: 10 });
});

test('options change the job and the dialect', () => {
  expect(parse('--seconds 2.5 --fail --dialect observed')).toMatchObject({
    seconds: 2.5,
    fail: true,
    dialect: 'observed',
  });
  expect(parse('own --bad-weights')).toMatchObject({ badWeights: true });
});

test.each(['-h', '--help', 'own --help --seconds 5'])('%s asks for the help', (line) => {
  expect(parse(line)).toBe('help');
});

const SECONDS = '--seconds must be a number from 1 to 3000, got: ';
const SEE_HELP = 'For all options, type: npm run demo -- --help';

test.each([
  ['--seconds abc', `${SECONDS}abc. For example, type: npm run demo -- --seconds 10`],
  ['--seconds 0', `${SECONDS}0. For example, type: npm run demo -- --seconds 10`],
  ['--seconds=', `${SECONDS}. For example, type: npm run demo -- --seconds 10`],
  ['--seconds 3001', `${SECONDS}3001. For example, type: npm run demo -- --seconds 10`],
  ['nonsense', `There is no demo "nonsense". Type one of: wait, own. ${SEE_HELP}`],
  [
    'own 5',
    'Only one demo runs at a time, got: own 5. Options follow "--": npm run demo -- own --seconds 10',
  ],
  ['--dialect slow', `There is no dialect "slow". Type one of: today, documented, observed. ${SEE_HELP}`],
  [
    '--bad-weights',
    '--bad-weights is for the demo that imports a model. Type: npm run demo -- own --bad-weights',
  ],
  [
    'own --fail --bad-weights',
    '--fail and --bad-weights exclude each other: with a missing file, no import job starts. Type one of them.',
  ],
  ['--bogus', `Unknown option '--bogus'. ${SEE_HELP}`],
  ['--fail=no', `Option '--fail' does not take an argument. ${SEE_HELP}`],
])('%s is refused with what to type', (line, message) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ message }) as Error);
});
