import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKSPACE } from '../install.mjs';
import { type RepeatedMeasure, type Sample } from './measure.mjs';
import { runProcess } from './run-process.mjs';

/** How many values a file has. */
const COUNT = 50;

const OPEN = fileURLToPath(new URL('open-secrets.cjs', import.meta.url));
const MASK = fileURLToPath(new URL('mask-secrets.cjs', import.meta.url));

/**
 * Opening a file of secrets, with the libraries loaded, and as the first one of a process,
 * which loads them; and masking what a host prints.
 */
export function secretsMeasures(): readonly RepeatedMeasure[] {
  const formats = ['ansible-vault', 'ansible-vault-values', 'age'];
  return [
    ...formats.flatMap((format) => [opening(format, 'loaded'), opening(format, 'first')]),
    { name: 'secrets:mask', runs: 7, run: (_lab, { signal }) => timed([MASK], signal) },
  ];
}

function opening(format: string, state: string): RepeatedMeasure {
  const file = join(WORKSPACE, 'tmp', 'bench', `secrets-${format}-${state}.txt`);
  let isMade = false;
  return {
    name: `secrets:${format}@${state}`,
    runs: 7,
    run: async (_lab, { signal }) => {
      if (!isMade) {
        isMade = true;
        execFileSync(process.execPath, [OPEN, 'seal', format, String(COUNT), file]);
      }
      return timed([OPEN, 'open', file, state], signal);
    },
  };
}

/** Runs a program that prints how many milliseconds something took it. */
async function timed(program: readonly string[], signal: AbortSignal): Promise<Sample> {
  const { status, stdout, stderr, ...measured } = await runProcess([process.execPath, ...program], {
    cwd: WORKSPACE,
    signal,
  });
  if (status !== 0) {
    throw new Error(`it ended with ${String(status)}: ${stderr.trim().slice(-300)}`);
  }
  return { ...measured, milliseconds: Number(stdout) };
}
