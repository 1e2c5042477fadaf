import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from '@fairness-deploy/core';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';

const processSchema = z.object({ pid: z.int(), started: z.string() });

const recordSchema = z.object({
  /** The process that rehearses. */
  process: processSchema,
  /** The process that removes the hosts when that one ends. */
  janitor: processSchema.exactOptional(),
  /** Whether the hosts stay until the user removes them. */
  isKept: z.boolean(),
});

/** What a rehearsal says of itself, from before its first host until after its last one. */
export type RehearsalRecord = Readonly<z.output<typeof recordSchema>>;

/** @returns undefined when there is none, or a power cut has left a broken one. */
export function readRecord(of: Rehearsed): RehearsalRecord | undefined {
  return parse(readText(pathsOf(of).record));
}

/** Writes the record of one's own rehearsal again. A reader sees the old one or the new one. */
export function writeRecord(of: Rehearsed, record: RehearsalRecord): void {
  const { record: file } = pathsOf(of);
  const beside = besideOf(file);
  writeFileSync(beside, text(record), { mode: 0o600 });
  renameSync(beside, file);
}

/**
 * Makes a record where there is none: of several processes, one succeeds.
 *
 * @returns whether it has.
 */
export function makeRecord(of: Rehearsed, record: RehearsalRecord): boolean {
  const { folder, record: file } = pathsOf(of);
  const beside = besideOf(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(beside, text(record), { mode: 0o600 });
    // link(2) replaces nothing, and the file is whole from the beginning.
    linkSync(beside, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another one was first, or has just removed the empty folder.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/**
 * Removes a record that nobody needs any more: of several processes that have read it, one succeeds.
 *
 * @param read as it was read; undefined: it is broken
 * @returns whether it has.
 */
export function takeAway(of: Rehearsed, read: RehearsalRecord | undefined): boolean {
  const { record: file } = pathsOf(of);
  const away = `${besideOf(file)}.away`;
  try {
    renameSync(file, away);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const isSame = JSON.stringify(parse(readText(away))) === JSON.stringify(read);
  // Another process was first, and this is its own record.
  if (!isSame) renameSync(away, file);
  rmSync(away, { force: true });
  return isSame;
}

/** Removes the files of one's own rehearsal, the record as the last one. */
export function removeRecord(of: Rehearsed): void {
  const { folder, record: file } = pathsOf(of);
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== file) rmSync(join(folder, name), { recursive: true, force: true });
  }
  rmSync(file, { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // The next rehearsal has begun.
  }
}

function besideOf(file: string): string {
  return `${file}.${String(process.pid)}`;
}

function text(record: RehearsalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parse(json: string): RehearsalRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
