import type { LoadedFile } from './load-service.js';

/**
 * The output of a unit's read script: systemctl's properties, then each file's time of
 * modification, then the record.
 */
export interface UnitOutput {
  readonly properties: ReadonlyMap<string, string>;
  /** Times of modification by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Digests and times of modification by path. */
  readonly record: ReadonlyMap<string, string>;
}

/** Splits the read script's output at its lines `files` and `record`. */
export function parseUnitOutput(output: string): UnitOutput {
  const [properties, rest] = split(output, 'files\n');
  const [files, record] = split(rest, 'record\n');
  return {
    properties: new Map(properties.split('\n').map((line) => pair(line, line.indexOf('=')))),
    files: new Map(files.split('\n').map((line) => swap(pair(line, line.indexOf(' '))))),
    record: new Map(record.split('\n').map((line) => swap(pair(line, line.indexOf(' ', 65))))),
  };
}

/** The files that a unit hasn't loaded in their wanted and present state. */
export function outdated(
  loads: readonly LoadedFile[],
  { files, record }: UnitOutput,
): readonly string[] {
  return loads.flatMap(({ path, sha256 }) => {
    const loaded = `${sha256.reveal()} ${files.get(path) ?? 'missing'}`;
    return record.get(path) === loaded ? [] : [path];
  });
}

/** At the first line that is the separator. Paths are absolute, and so none is one. */
function split(text: string, separator: string): readonly [string, string] {
  if (text.startsWith(separator)) return ['', text.slice(separator.length)];
  const at = text.indexOf(`\n${separator}`);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1 + separator.length)];
}

function pair(line: string, at: number): readonly [string, string] {
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function swap([value, path]: readonly [string, string]): readonly [string, string] {
  return [path, value];
}
