import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Lets one process of a tool run at a time: two would take each other's hosts down.
 *
 * @param tool such as `bench`, which runs as bench.mjs.
 * @param file holds the process's number.
 * @returns a function that lets others run.
 * @throws Error when another one runs.
 */
export function alone(tool: string, file: string): () => void {
  const holder = readHolder(tool, file);
  if (holder !== undefined) {
    throw new Error(
      `Cannot run ${tool}: process ${String(holder)} runs it in this workspace already`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => {
    rmSync(file, { force: true });
  };
}

function readHolder(tool: string, file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const command = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
    return command.includes(`${tool}.mjs`) ? pid : undefined;
  } catch {
    // No file, or no such process any more.
    return undefined;
  }
}
