/** A step into a YAML document: a key or an index. */
export type KeyPath = readonly (string | number)[];

/** Something wrong in an environment file. */
export interface Issue {
  readonly path: KeyPath;
  /** What is the case and what was expected. */
  readonly message: string;
  /** What to do, when it can be said. */
  readonly hint?: string;
}
