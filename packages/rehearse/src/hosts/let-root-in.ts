import { pinning } from '@fairness-deploy/core/commands';
import { sh, sshTransport, type Script, type Target } from '@fairness-deploy/shell';

/**
 * Pins the host key of a machine that was made just now, and lets root in with a key. Its own account has sudo.
 *
 * @throws Error when it does not let its own account in.
 */
export async function letRootIn(target: Target, publicKey: string): Promise<void> {
  const transport = pinning(sshTransport({ configFile: '/dev/null' }), true);
  const connection = await transport.connect(target);
  try {
    const { status, stderr } = await connection.run(authorizeRoot(publicKey));
    if (status === 0) return;
    throw new Error(`Cannot let root in on "${target.name}": ${stderr.trim()}`);
  } finally {
    await connection.close();
  }
}

function authorizeRoot(publicKey: string): Script {
  return sh`
    set -eu
    umask 077
    mkdir -p /root/.ssh
    printf '%s\n' ${publicKey} >>/root/.ssh/authorized_keys`;
}
