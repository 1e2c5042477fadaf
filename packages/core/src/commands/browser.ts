import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** What a machine says of itself and of this process. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody looks at the output. */
  readonly isTTY: boolean;
  /** The kernel's version: WSL's names Microsoft. */
  readonly kernel: string;
}

/** Milliseconds in which a browser's starter says that it has failed. */
const FAILS_WITHIN_MILLISECONDS = 3000;

export function thisMachine(): Machine {
  const { platform, env } = process;
  return {
    ...{ platform, env, isTTY: process.stdout.isTTY },
    kernel: platform === 'linux' ? readFileSync('/proc/version', 'utf8') : '',
  };
}

/**
 * The program that opens a URL in the browser of a machine; undefined where nobody would see it: without a
 * terminal or a desktop, in CI, and at the other end of an SSH connection.
 */
export function browserOf({ platform, env, isTTY, kernel }: Machine): string | undefined {
  if (!isTTY || env['CI']) return undefined;
  if (env['SSH_CONNECTION'] !== undefined && !env['DISPLAY']) return undefined;
  if (platform === 'darwin') return 'open';
  if (platform !== 'linux') return undefined;
  // Windows' own program: it takes a URL as a word, where cmd.exe would read a command line.
  if (/microsoft/i.test(kernel)) return 'explorer.exe';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

/**
 * Opens a URL.
 *
 * @returns why that failed; undefined when it has not.
 */
export function openInBrowser(program: string, url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, [url], {
      ...{ stdio: 'ignore', detached: true, env: childEnvironment() },
    });
    const end = (reason?: string): void => {
      clearTimeout(timer);
      child.unref();
      resolve(reason);
    };
    const timer = setTimeout(end, FAILS_WITHIN_MILLISECONDS);
    child.once('error', ({ message }) => {
      end(message);
    });
    child.once('close', (code) => {
      // Explorer ends with 1, also when it has opened the URL.
      const isWell = code === 0 || program === 'explorer.exe';
      end(isWell ? undefined : `${program} has ended with status ${String(code)}`);
    });
  });
}
