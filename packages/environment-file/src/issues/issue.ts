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

/** Where something is written; lines and columns count from 1, and are absent when it is about the file itself. */
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

/** Takes note of a problem, so that one run finds them all. */
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
