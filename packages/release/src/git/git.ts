import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { HintedError } from '@fairness-deploy/shell/text';
import { childEnvironment, variable } from '@fairness-deploy/shell/client';

/** git's exit status and output. */
export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  /** The error output, for people. */
  readonly stderr: string;
}

export interface GitOptions {
  readonly folder: string;
  readonly input?: string;
  /** Variables for git, besides those of this process: for values that no command line may show. */
  readonly env?: Readonly<Record<string, string>>;
  /** Limits for a git that depends on another machine: its time, and its output. */
  readonly limits?: { readonly seconds: number; readonly bytes: number };
}

/**
 * Variables that git sets for its hooks, and others that would lead it to another repository
 * (git(1), ENVIRONMENT VARIABLES).
 */
const FOREIGN =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|CEILING_DIRECTORIES|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|QUARANTINE_PATH|CONFIG_PARAMETERS)$/;

/**
 * Runs git on the client. It asks nothing, and takes no optional lock, so that it doesn't change
 * the user's repository. A status other than 0 is not an error here.
 *
 * @throws Error when git isn't installed.
 */
export function git(
  args: readonly string[],
  { folder, input, env, limits }: GitOptions,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--no-optional-locks', '-C', folder, ...args], {
      env: { ...ownEnvironment(), ...env },
      stdio: 'pipe',
      // With all its child processes, such as git-remote-https.
      detached: limits !== undefined,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const timer =
      limits &&
      setTimeout(() => {
        end(`no answer within ${String(limits.seconds)} s`);
      }, limits.seconds * 1000);
    const keep = (to: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (limits && bytes > limits.bytes) end(`more than ${String(limits.bytes)} bytes came`);
      else to.push(chunk);
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    child.on('error', (cause) => {
      reject(
        new HintedError('Cannot run git: it is not on this machine', {
          hint: 'install it, on Debian: apt-get install -y git',
          cause,
        }),
      );
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({
        status: ended === undefined ? (status ?? 1) : 1,
        stdout: Buffer.concat(stdout),
        stderr: ended ?? Buffer.concat(stderr).toString().trim(),
      });
    });
    // git may end before it has read all input; then its status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/**
 * Runs git and returns its output.
 *
 * @throws Error that begins with `failure` when git fails.
 */
export async function gitOutput(
  failure: string,
  args: readonly string[],
  options: GitOptions,
): Promise<Buffer> {
  const { status, stdout, stderr } = await git(args, options);
  if (status === 0) return stdout;
  const reason = existsSync(options.folder) ? stderr : 'there is no such folder';
  throw new Error(
    `${failure}: ${reason === '' ? `git ended with status ${String(status)}` : reason}`,
  );
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(childEnvironment()).filter(([name]) => !FOREIGN.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_SSH_COMMAND:
      variable(process.env, 'GIT_SSH_COMMAND') ?? 'ssh -oBatchMode=yes -oConnectTimeout=30',
    LC_ALL: 'C.UTF-8',
  };
}
