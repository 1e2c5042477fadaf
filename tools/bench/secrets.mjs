import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKSPACE } from '../install.mjs';
import { runProcess } from './run-process.mjs';

/** How many values a file has. */
const COUNT = 50;

const PROGRAM = fileURLToPath(new URL('open-secrets.cjs', import.meta.url));

/**
 * Opening a file of secrets: with the libraries loaded, and as the first one of a process,
 * which loads them.
 */
export function secretsMeasures() {
  const formats = ['ansible-vault', 'ansible-vault-values', 'age'];
  return formats.flatMap((format) => [measure(format, 'loaded'), measure(format, 'first')]);
}

function measure(format, state) {
  const file = join(WORKSPACE, 'tmp', 'bench', `secrets-${format}-${state}.json`);
  let isMade = false;
  return {
    name: `secrets:${format}@${state}`,
    runs: 7,
    run: async (_lab, { signal }) => {
      if (!isMade) {
        isMade = true;
        execFileSync(process.execPath, [PROGRAM, 'seal', format, String(COUNT), file]);
      }
      const { status, stdout, stderr, memory, cpu } = await runProcess(
        [process.execPath, PROGRAM, 'open', file, state],
        { cwd: WORKSPACE, signal },
      );
      if (status !== 0) throw new Error(`it ended with ${status}: ${stderr.trim().slice(-300)}`);
      return { milliseconds: Number(stdout), memory, cpu };
    },
  };
}
