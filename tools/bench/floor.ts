import { sh } from '../../packages/shell/src/script/sh.js';
import { sshTransport } from '../../packages/shell/src/transport/ssh/ssh-transport.js';
import type { Target } from '../../packages/shell/src/transport/transport.js';

/** Connects to a host with core's transport, runs `true` and ends. */
async function floor(target: Omit<Target, 'sudo'>): Promise<void> {
  const connection = await sshTransport({ configFile: '/dev/null' }).connect({
    ...target,
    sudo: false,
  });
  const { status } = await connection.run(sh`true`);
  await connection.close();
  process.exitCode = status;
}

void floor(JSON.parse(process.argv[2] ?? '') as Omit<Target, 'sudo'>);
