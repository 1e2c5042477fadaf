import { HintedError } from '@fairness-deploy/shell/text';

/**
 * Windows has no modes of files, no shell and no signals as commands need them. WSL 2 is Linux to Node.js.
 *
 * @param command for the message
 * @throws HintedError when this is Node.js for Windows.
 */
export function refuseWindows(command: string, platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new HintedError(
    `Cannot run ${command}: this is Node.js for Windows, and commands need Linux or macOS`,
    { hint: 'run it in WSL 2, with the workspace and Node.js in there: docs/windows.md' },
  );
}
