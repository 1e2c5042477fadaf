import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';
import { systemPath } from '../system/command.js';

/** A program of this machine that runs until it is stopped, or this process ends. */
export interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  /** What it prints. */
  readonly logFile: string;
}

/** Starts a program that never outlives this process. */
export function startProgram(
  name: string,
  args: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', name, ...args], {
    cwd: '/',
    stdio: ['ignore', log, log],
    env: { ...childEnvironment(), PATH: systemPath, ...env },
  });
  closeSync(log);
  child.on('error', () => undefined);
  return { name, child, logFile };
}

/**
 * Waits until `ready` is true.
 * @throws HintedError when the program ends, or after 20 seconds, with its last lines.
 */
export async function waitForProgram(
  { name, child, logFile }: Program,
  ready: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await ready())) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
      await sleep(20);
      continue;
    }
    const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new HintedError(`Cannot start ${name}: ${said || 'it does not answer'}`, {
      hint: `See whether this machine has it: command -v ${name}`,
    });
  }
}

export async function stopProgram({ child }: Program): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
