import { spawn } from 'node:child_process';

/** What the terminal showed, and how the program ended. */
export interface TerminalRun {
  readonly status: number | null;
  readonly output: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is typed when something is shown, in this order. */
  readonly answers?: readonly (readonly [RegExp, string])[];
  /** Called once when something is shown, with the number of the process that owns the terminal. */
  readonly when?: readonly [RegExp, (pid: number) => void];
}

/** Runs a line of sh on a real pseudo-terminal, by script(1). */
export function runInTerminal(
  command: string,
  { cwd, env = {}, answers = [], when }: TerminalOptions,
): Promise<TerminalRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd,
      env: { HOME: cwd, PATH: process.env['PATH'], TERM: 'xterm', NX_TUI: 'false', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const left = [...answers];
    let output = '';
    let from = 0;
    let acted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const next = left[0];
      const found = next?.[0].exec(output.slice(from));
      if (next && found) {
        from += found.index + found[0].length;
        left.shift();
        // Not before the prompt has silenced the terminal.
        setTimeout(() => child.stdin.write(next[1]), 50);
      }
      if (when && !acted && when[0].test(output)) {
        acted = true;
        when[1](child.pid ?? 0);
      }
    });
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}
