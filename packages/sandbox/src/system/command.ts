import { execFile } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

export interface CommandOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The program is killed after so many seconds; default: never. */
  readonly seconds?: number;
}

/** System commands live in sbin too, which a user's PATH may lack. */
export const systemPath = [
  process.env.PATH,
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
  '/bin',
]
  .filter(Boolean)
  .join(':');

/**
 * Runs a program of this machine without a shell and resolves to its output.
 * @throws HintedError when it can't be started, exits with a failure, or takes too long, with its last
 * lines.
 */
export function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      {
        cwd: options.cwd ?? '/',
        env: { ...childEnvironment(options.env), PATH: systemPath, LC_ALL: 'C.UTF-8' },
        maxBuffer: 64 * 1024 * 1024,
        ...(options.seconds !== undefined && {
          timeout: options.seconds * 1000,
          killSignal: 'SIGKILL',
        }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else {
          const late =
            error.killed === true && `it has not ended after ${String(options.seconds)} s`;
          reject(failure(file, args, error, late || stderr.trim() || stdout.trim()));
        }
      },
    );
    // When a program ends before it has read its input, its exit status decides.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

function failure(file: string, args: readonly string[], error: Error, output: string): HintedError {
  const said = output.split('\n').slice(-8).join('\n') || error.message.split('\n')[0];
  return new HintedError(`Cannot run "${[file, ...args].join(' ')}": ${said ?? ''}`, {
    cause: error,
  });
}

/** Runs a program whose failure means 'no': resolves to its output, or undefined. */
export async function query(file: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return await command(file, args);
  } catch {
    return undefined;
  }
}
