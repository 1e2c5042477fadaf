import { sh, sshTransport } from '@fairness-deploy/shell';

/** Connects to a host with our transport, runs `true` and ends. */
async function floor([
  address = '',
  port = '',
  user = '',
  identityFile = '',
  knownHostsFile = '',
]: readonly string[]): Promise<void> {
  const connection = await sshTransport({ configFile: '/dev/null' }).connect({
    name: address,
    ...{ address, port: Number(port), user, identityFile, knownHostsFile },
    sudo: false,
  });
  const { status } = await connection.run(sh`true`);
  await connection.close();
  process.exitCode = status;
}

void floor(process.argv.slice(2));
