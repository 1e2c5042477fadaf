/** What a file of a repository says of its application. */
export interface Clue<Value> {
  readonly value: Value;
  /** Relative to the folder. */
  readonly file: string;
  /** From 1; undefined: all of the file, or that it is there. */
  readonly line?: number;
}

/** Where a clue is, for people: `package.json:12`. */
export function placeOfClue({ file, line }: Clue<unknown>): string {
  return line === undefined ? file : `${file}:${String(line)}`;
}

/** The files of a folder: their text by the path in it; undefined: there is no such file. */
export type ReadText = (path: string) => string | undefined;
