/**
 * `npm run demo`: refuses what can't be before anything is installed, prepares this machine, and runs the demo.
 * Plain JavaScript without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WORKSPACE } from './install.mjs';

const USAGE = `\
npm run demo [-- --tls --driver <driver>]

  --tls               over https, with a certificate of a CA on this machine; needs the driver nspawn
  --driver <driver>   what runs the host: nspawn (Debian and root), container (Podman or Docker), or auto
  --help              shows this
`;

const words = process.argv.slice(2);
if (wantsHelp()) {
  process.stdout.write(USAGE);
} else {
  runNode('tools/prepare-machine.mjs', 'demo', ...words);
  runNode('dist/demo.mjs', ...words);
}

/** Reads the options; ends this process when they are wrong. */
function wantsHelp() {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        tls: { type: 'boolean', default: false },
        driver: { type: 'string', default: 'auto' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { driver, help, tls } = values;
    if (!['auto', 'nspawn', 'container'].includes(driver)) {
      throw new RangeError(`Unknown driver '${driver}'`);
    }
    if (tls && driver === 'container') {
      throw new RangeError('--tls needs the driver nspawn, which runs its CA');
    }
    return help;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Cannot run the demo: ${reason}.\n\n${USAGE}`);
    process.exit(1);
  }
}

/**
 * Runs a program of this repository on this terminal; ends this process with it when it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 */
function runNode(file, ...args) {
  const { status } = spawnSync(process.execPath, [join(WORKSPACE, file), ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
