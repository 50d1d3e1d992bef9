import { modelRows } from './model';
import type { Row } from './row';
import { waiterRows } from './waiter';

const LOG_GROUP = 'ModelStack-BedrockModelImportProviderLogs';

/** The troubleshooting page: a heading for each reason code, and under it what may stand in the stack event. */
export function renderReasons(): string {
  const outside = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = LOG_GROUP;
  const rows = [...waiterRows(), ...modelRows()];
  if (outside === undefined) {
    delete process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  } else {
    process.env.AWS_LAMBDA_LOG_GROUP_NAME = outside;
  }
  const codes = [...new Set(rows.map(codeOf))].sort();
  return codes
    .map(
      (code) =>
        `## ${code}\n\n${rows
          .filter((row) => codeOf(row) === code)
          .map(render)
          .join('\n\n')}`,
    )
    .join('\n\n');
}

/** The code that a reason begins with. */
export function codeOf({ reason }: Row): string {
  return reason.split(':')[0];
}

function render({ reason, when, remedy }: Row): string {
  return `> ${reason}\n\n${when}\n\n**What to do:** ${remedy}`;
}
