import { execFile } from 'node:child_process';
import { HintedError } from '../text/hinted-error.js';
import type { Script } from '../script/sh.js';

/**
 * Findings that say nothing of a script that is part of a larger one: 2148 no shebang,
 * 2154 a variable that is set elsewhere, 2034 one that is used elsewhere.
 * 2030, 2031 a variable that is set in a subshell: each sets its own.
 * 3013 `-nt` and `-ef`: dash(1) and bash(1) have them.
 * 2016, 2089, 2090 `$` and quotes in a value: it was quoted, and is meant so.
 */
const PASSED_OVER = [
  'SC2148',
  'SC2154',
  'SC2034',
  'SC2030',
  'SC2031',
  'SC3013',
  'SC2016',
  'SC2089',
  'SC2090',
];

/** Many scripts are part of several tests, and to look at one takes a tenth of a second. */
const faultless = new Set<string>();

/**
 * Checks that a script, as the host gets it, is one for a POSIX shell: `dash -n` and
 * shellcheck must have nothing to say of it.
 *
 * @throws Error with what they say, or when one of them isn't installed.
 */
export async function checkShell(script: Script): Promise<void> {
  // As the engine runs it.
  const text = `set -eu\n${script.reveal()}\n`;
  if (faultless.has(text)) return;
  await check('dash', ['-n'], text);
  await check('shellcheck', ['-s', 'sh', '-f', 'gcc', '-e', PASSED_OVER.join(','), '-'], text);
  faultless.add(text);
}

function check(program: string, args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, stdout, stderr) => {
      if (!error) {
        resolve();
      } else if (error.code === 'ENOENT') {
        reject(
          new HintedError(`Cannot check scripts: ${program} is missing`, {
            hint: `apt-get install -y ${program}`,
          }),
        );
      } else {
        reject(new Error(`${program} finds fault with a script:\n${stdout}${stderr}\n${input}`));
      }
    });
    // It may end before it has read all, and then says why by its status.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
