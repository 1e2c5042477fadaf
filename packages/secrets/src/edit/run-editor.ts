import { spawn } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { SecretsError } from '../secrets-error.js';

/**
 * Opens a file in $VISUAL or $EDITOR, which may have arguments, else vi, and waits for it.
 *
 * @throws SecretsError when it can't be run, or fails.
 */
export async function runEditor(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const editor = [env['VISUAL'], env['EDITOR']].find((each) => each?.trim()) ?? 'vi';
  // As git does: a line of sh, to which the file's name is added.
  const child = spawn('sh', ['-c', `${editor} "$@"`, editor, path], {
    env: childEnvironment(),
    stdio: 'inherit',
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  signal.removeEventListener('abort', stop);
  if (status === 0) return;
  throw new SecretsError(
    `Cannot edit the secrets: the editor ended with status ${String(status)}; nothing is written`,
    {
      hint:
        status === 127
          ? `${editor} is not there: export EDITOR=nano, or whatever you use`
          : 'save and quit; in vi, :cq gives up',
    },
  );
}
