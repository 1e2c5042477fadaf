import type { Clue } from './clue.js';

/** A process type of a Procfile. */
export interface ProcfileEntry {
  readonly name: string;
  readonly command: string;
}

/** The process types of a Procfile, as Heroku's documentation describes its format. */
export function readProcfile(text: string): readonly Clue<ProcfileEntry>[] {
  return text.split('\n').flatMap((line, at) => {
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || command === undefined) return [];
    return [{ value: { name, command }, file: 'Procfile', line: at + 1 }];
  });
}
