/**
 * How a link spends the time that CloudFormation gives it beyond its wait: polls and answers that fail are
 * repeated until these many seconds after the deadline. The last of each may still take its whole timeout.
 */
export const MARGIN = { pollSeconds: 100, answerSeconds: 230 };
