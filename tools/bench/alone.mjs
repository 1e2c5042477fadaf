import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Lets one process at a time go on: two would take each other's hosts down.
 *
 * @param file holds the process's number.
 * @returns how to let others go on.
 * @throws Error when another one runs.
 */
export function alone(file) {
  const holder = readHolder(file);
  if (holder !== undefined) {
    throw new Error(`Cannot run the bench: process ${holder} runs it in this workspace already`);
  }
  writeFileSync(file, String(process.pid));
  return () => {
    rmSync(file, { force: true });
  };
}

function readHolder(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('bench.mjs') ? pid : undefined;
  } catch {
    // No file, or no such process any more.
    return undefined;
  }
}
