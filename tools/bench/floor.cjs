/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS starts without the loader of ES modules. */
const { join } = require('node:path');

const [, , core, target] = process.argv;
const { sshTransport } = require(join(core, 'transport', 'ssh', 'ssh-transport.js'));
const { sh } = require(join(core, 'script', 'sh.js'));

/** Connects to a host with core's transport, runs `true` and ends. */
void (async () => {
  const connection = await sshTransport({ configFile: '/dev/null' }).connect({
    ...JSON.parse(target),
    sudo: false,
  });
  const { status } = await connection.run(sh`true`);
  await connection.close();
  process.exitCode = status;
})();
