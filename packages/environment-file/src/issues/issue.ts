/** A step into a YAML document: a key or an index. */
export type KeyPath = readonly (string | number)[];

/** Something wrong in an environment file. */
export interface Issue {
  readonly path: KeyPath;
  /** The actual state and the expected one. */
  readonly message: string;
  /** The hint, if there is one. */
  readonly hint?: string;
}

/**
 * A place in a file; lines and columns count from 1, and are absent when the whole file is meant.
 */
export interface Place {
  /** Absolute path. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** An issue and where it is. */
export interface Problem extends Issue {
  readonly place: Place;
}

/** Collects an issue, so that one run finds all of them. */
export type Report = (problem: Problem) => void;

/** `hosts.web.port`, `command[0]`, `env["odd key"]`. */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${String(step)}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join('');
}
