/** Data that can't be made again is removed with an option of its own: `--drop-data`, `--drop-database`. */
export type DataKind = 'data' | 'database';

/** Something on a host that an environment has made there, and removes when it is not declared any more. */
export interface Owned {
  /**
   * What it is: the type of a resource (`file`, `directory`, `link`, `user`, `cron`, …), `path` (a file, or a
   * folder with all that is in it), `unit` (of systemd), `package`, or a kind of a plugin's own.
   */
  readonly kind: string;
  /** Its name, unique for the kind on a host: an absolute path, a user's name, a unit's full name. */
  readonly name: string;
  /** Set when it holds data that can't be made again, such as uploads or a database. */
  readonly data?: DataKind;
}

/** The name of one in records and for people: `file:/etc/motd`. Different things have different names. */
export function nameOfOwned({ kind, name }: Pick<Owned, 'kind' | 'name'>): string {
  return `${kind}:${name}`;
}
