const { existsSync, rmSync } = require('fs');

/** Ends the process soon after its start, while it serves an event: the first time only. */
if (existsSync(process.env.CRASH_FLAG)) {
  rmSync(process.env.CRASH_FLAG);
  setTimeout(() => process.exit(1), 400);
}
