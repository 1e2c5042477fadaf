import { HintedError } from '@fairness-deploy/shell/text';

/** A table of a backup. */
export interface TableDigest {
  /** Schema and name, quoted as SQL has them: `public."Order"`. */
  readonly name: string;
  readonly rows: number;
  /** Of a sample of its rows: see tableDigests(). */
  readonly sample: string;
}

/** What is known of a backup: the file beside it. */
export interface Manifest {
  /** The time when it began, in UTC, and some random digits: `20261130T013000-6b1f0c`. */
  readonly id: string;
  readonly database: string;
  /** The version of the server: `15.18`. */
  readonly server: string;
  readonly created: Date;
  /** Of the file as it is stored. */
  readonly bytes: number;
  readonly sha256: string;
  readonly encryption: 'none' | 'age';
  /** Why it was made: `schedule`, `db-backup`, or what a job says. */
  readonly reason: string;
  readonly tables: readonly TableDigest[];
}

/** The ids of backups: safe as names of files. */
const ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/;

export function isBackupId(text: string): boolean {
  return ID.test(text);
}

/**
 * Reads a manifest.
 *
 * @throws HintedError when it is not whole: it says which line.
 */
export function parseManifest(text: string): Manifest {
  const lines = text.split('\n');
  const field = (name: string, shape: RegExp): string => {
    const line = lines.find((one) => one.startsWith(`${name} `))?.slice(name.length + 1);
    if (line !== undefined && shape.test(line)) return line;
    const id = lines.find((one) => one.startsWith('id '))?.slice(3) ?? 'without an id';
    throw new HintedError(
      `Cannot read the manifest of the backup ${id}: ${line === undefined ? `it has no "${name}"` : `its "${name}" is ${JSON.stringify(line)}`}`,
      { hint: 'do not trust this backup; choose another one: db-backups' },
    );
  };
  field('version', /^1$/);
  return {
    id: field('id', ID),
    database: unescape(field('database', /./)),
    server: field('server', /^\d+(\.\d+)*/),
    created: new Date(field('created', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
    bytes: Number(field('bytes', /^\d{1,15}$/)),
    sha256: field('sha256', /^[0-9a-f]{64}$/),
    // Sound: the expression admits only these.
    encryption: field('encryption', /^(none|age)$/) as Manifest['encryption'],
    reason: field('reason', /./),
    tables: lines.flatMap((line) => {
      const [, rows, sample, name] = /^table (\d+) ([0-9a-f]{32}) (.+)$/.exec(line) ?? [];
      return rows === undefined || sample === undefined || name === undefined
        ? []
        : [{ name: unescape(name), rows: Number(rows), sample }];
    }),
  };
}

function unescape(text: string): string {
  const characters: Readonly<Record<string, string>> = { n: '\n', r: '\r' };
  return text.replaceAll(/\\(.)/g, (_, one: string) => characters[one] ?? one);
}

/** A manifest's own text, which {@link parseManifest} reads. */
export function manifestText(manifest: Manifest): string {
  const { id, database, server, created, bytes, sha256, encryption, reason, tables } = manifest;
  return [
    ...['version 1', `id ${id}`, `database ${escape(database)}`, `server ${server}`],
    `created ${created.toISOString().replace(/\.\d+Z$/, 'Z')}`,
    ...[`bytes ${String(bytes)}`, `sha256 ${sha256}`, `encryption ${encryption}`],
    ...[`reason ${reason}`, ...tables.map(tableLine), ''],
  ].join('\n');
}

/** The line of a table, as tableDigests() prints it. */
export function tableLine({ rows, sample, name }: TableDigest): string {
  return `table ${String(rows)} ${sample} ${escape(name)}`;
}

function escape(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`);
}
