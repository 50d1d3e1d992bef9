import { resourcesInSeries, type OrderedTemplate } from '../../../bench/resources-in-series';

/** A chain from `First` to `Last`, whose last link depends on the first one in a way of its own. */
const chainBy = (last: object): OrderedTemplate => ({
  Resources: { First: { Type: 'A' }, Last: { Type: 'Z', ...last } },
});

test.each([
  ['DependsOn of one', { DependsOn: 'First' }],
  ['DependsOn of several', { DependsOn: ['Parameter', 'First'] }],
  ['Ref', { Properties: { Deep: [{ Ref: 'First' }] } }],
  ['Fn::GetAtt of a list', { Properties: { Arn: { 'Fn::GetAtt': ['First', 'Arn'] } } }],
  ['Fn::GetAtt of a text', { Properties: { Arn: { 'Fn::GetAtt': 'First.Arn' } } }],
  ['Fn::Sub', { Properties: { Arn: { 'Fn::Sub': 'arn:${AWS::Partition}:${First}' } } }],
  ['Fn::Sub of an attribute', { Properties: { Arn: { 'Fn::Sub': '${First.Arn}:*' } } }],
  ['a variable of Fn::Sub', { Properties: { Arn: { 'Fn::Sub': ['${Name}', { Name: { Ref: 'First' } }] } } }],
  [
    'a function around it',
    { Properties: { Arn: { 'Fn::Join': ['', ['a', { 'Fn::If': ['Is', { Ref: 'First' }, 'b'] }]] } } },
  ],
])('a resource waits for another by %s', (_, last) => {
  expect(resourcesInSeries(chainBy(last), 'Z')).toEqual(['First', 'Last']);
});

test.each([
  ['a parameter', { Properties: { Name: { Ref: 'Parameter' } } }],
  ['a text that looks like a name', { Properties: { Name: 'First' } }],
  ['an escaped name in Fn::Sub', { Properties: { Name: { 'Fn::Sub': '${!First}' } } }],
  [
    'a variable of Fn::Sub that hides a name',
    { Properties: { Name: { 'Fn::Sub': ['${First}', { First: 'x' }] } } },
  ],
])('a resource does not wait for %s', (_, last) => {
  expect(resourcesInSeries(chainBy(last), 'Z')).toEqual(['Last']);
});

test('the longest of several ways counts', () => {
  const template = {
    Resources: {
      End: { Type: 'Z', DependsOn: ['Short', 'Long'] },
      Long: { Type: 'A', DependsOn: 'Middle' },
      Middle: { Type: 'A', DependsOn: 'Short' },
      Short: { Type: 'A' },
    },
  };
  expect(resourcesInSeries(template, 'Z')).toEqual(['Short', 'Middle', 'Long', 'End']);
});

test('of several resources of a type the one that is there first counts', () => {
  const template = {
    Resources: { First: { Type: 'Z' }, Second: { Type: 'Z', DependsOn: 'First' } },
  };
  expect(resourcesInSeries(template, 'Z')).toEqual(['First']);
});

test('a circle is an error that names it', () => {
  const template = {
    Resources: { A: { Type: 'Z', DependsOn: 'B' }, B: { Type: 'A', DependsOn: 'A' } },
  };
  expect(() => resourcesInSeries(template, 'Z')).toThrow('Circular dependency: A -> B -> A');
});

test('a type that is not there is an error', () => {
  expect(() => resourcesInSeries({ Resources: {} }, 'Z')).toThrow('The template has no resource of type Z');
});
