import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from '@fairness-deploy/core';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';

const recordSchema = z.object({
  /** Another rehearsal has another one. */
  id: z.string(),
  /** The process that rehearses. */
  pid: z.int(),
  /** `kept`: the hosts stay until the user removes them. `removing`: the janitor removes them. */
  state: z.enum(['running', 'kept', 'removing']),
});

/**
 * What a rehearsal says of itself, from before its first host until after its last one. Only the process that
 * holds the lock writes it.
 */
export type RehearsalRecord = Readonly<z.output<typeof recordSchema>>;

/** @returns undefined when there is none, or a power cut has left a broken one. */
export function readRecord(of: Rehearsed): RehearsalRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(readFileSync(pathsOf(of).record, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Whether there is one, also a broken one. */
export function hasRecord(of: Rehearsed): boolean {
  return existsSync(pathsOf(of).record);
}

/** Writes the record, and makes its folder. A reader sees the old one or the new one. */
export function writeRecord(of: Rehearsed, record: RehearsalRecord): void {
  const { folder, record: file } = pathsOf(of);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  writeFileSync(beside, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}

/** Removes the files of a rehearsal, the record as the last one. */
export function removeRecord(of: Rehearsed): void {
  const { folder, record: file } = pathsOf(of);
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  for (const name of names) {
    if (join(folder, name) !== file) rmSync(join(folder, name), { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}
