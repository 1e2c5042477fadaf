import { spawnSync } from 'node:child_process';
import { childEnvironment } from '../client/child-environment.js';
import { variable } from '../client/home-folder.js';
import type { Terminal } from './transport.js';

/** The streams of a process on a terminal. */
interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** The terminal of this process; undefined when it has none, for input or for output. */
export function thisTerminal(
  { stdin, stdout }: Streams = process,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Terminal | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  const size = () => ({ rows: stdout.rows || 24, columns: stdout.columns || 80 });
  return {
    type: variable(env, 'TERM') ?? 'xterm',
    size,
    write: (bytes) => {
      stdout.write(bytes);
    },
    take(keys, resized) {
      const onResize = (): void => {
        resized(size());
      };
      stdin.setRawMode(true);
      leaveOutputAlone();
      stdin.resume();
      stdin.on('data', keys);
      stdout.on('resize', onResize);
      return () => {
        stdin.off('data', keys);
        stdout.off('resize', onResize);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
  };
}

/**
 * Node's raw mode still makes two characters of a line break. Programs of a whole screen move the
 * cursor by it. The end of raw mode undoes this too.
 */
function leaveOutputAlone(): void {
  spawnSync('stty', ['-opost'], {
    env: childEnvironment(),
    stdio: ['inherit', 'ignore', 'ignore'],
  });
}
