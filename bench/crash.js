const { existsSync, rmSync } = require('fs');
const http = require('http');

/** Ends the process when it polls, the first time only. */
const flag = process.env.CRASH_FLAG;
const { request } = http;
if (existsSync(flag)) {
  http.request = (options, ...rest) => {
    if (!options.path.startsWith('/model-import-jobs/')) {
      return request(options, ...rest);
    }
    rmSync(flag);
    process.exit(1);
  };
}
