import { modelRows } from './model';
import { onEventRows } from './on-event';
import { pollRows } from './poll';

const LOG_GROUP = 'ModelStack-BedrockModelImportProviderLogs';

/** The troubleshooting table, with every reason that a deployment can fail with. */
export function renderReasonsTable(): string {
  const outside = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = LOG_GROUP;
  const rows = [...pollRows(), ...onEventRows(), ...modelRows()];
  const lines = rows.map(({ reason, when, remedy }) => `| \`${reason}\` | ${when} | ${remedy} |`);
  if (outside === undefined) {
    delete process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  } else {
    process.env.AWS_LAMBDA_LOG_GROUP_NAME = outside;
  }
  return ['| Stack event | When | What to do |', '| --- | --- | --- |', ...lines].join('\n');
}
