import { requestTime } from '../../../../lambda/waiter/request-time';

const BUCKET =
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3Aaws%3Acloudformation';

test.each([
  [
    'the date of the signature',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260131T120005Z&X-Amz-Expires=7200',
    '2026-01-31T12:00:05Z',
  ],
  [
    'the expiry less two hours, of an older signature',
    `AWSAccessKeyId=A&Expires=${Date.parse('2019-06-01T02:00:00Z') / 1000}&Signature=s`,
    '2019-06-01T00:00:00Z',
  ],
  ['the date, when both are there', 'Expires=7200&X-Amz-Date=20260131T120005Z', '2026-01-31T12:00:05Z'],
  ['the expiry, when the date is none', 'X-Amz-Date=20261331T120005Z&Expires=7200', '1970-01-01T00:00:00Z'],
])('the time is %s', (_what, query, time) => {
  expect(requestTime(`${BUCKET}?${query}`)).toBe(Date.parse(time));
});

test.each([
  ['no parameters', ''],
  ['a date in another form', '?X-Amz-Date=2026-01-31T12:00:05Z'],
  ['a day that does not exist', '?X-Amz-Date=20260231T250000Z'],
  ['an expiry that is no number', '?Expires=soon'],
  ['a date with something behind it', '?X-Amz-Date=20260131T120005Zx'],
  ['an expiry with something behind it', '?Expires=7200x'],
  ['an expiry with something before it', '?Expires=x7200'],
  ['an expiry before there was a CloudFormation', '?Expires=7199'],
  ['an expiry that has no common form', '?Expires=99999999999999'],
])('%s tells no time', (_what, query) => {
  expect(requestTime(BUCKET + query)).toBeUndefined();
});
