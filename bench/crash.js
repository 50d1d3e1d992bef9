const { existsSync, rmSync } = require('fs');
const http = require('http');

/** Ends the process when it first calls a service, which is while it serves a poll: the first time only. */
const flag = process.env.CRASH_FLAG;
if (existsSync(flag)) {
  http.request = () => {
    rmSync(flag);
    process.exit(1);
  };
}
