import { HintedError } from '@fairness-deploy/shell/text';
import type { DataKind, Owned } from '../resource/owned.js';
import { STATE } from '../state-folder.js';

/** The folder of the records: a file for each environment; only root may enter. */
export const OWNED_FOLDER = `${STATE}/owned`;

/** Whose record it is. */
export interface Owner {
  readonly environment: string;
  /** The name of its application. */
  readonly application?: string;
  /** The name of its workspace: it tells environments without an application apart. */
  readonly workspace: string;
}

/**
 * `created`: the environment made it. `found`: it was on the host before, so the environment leaves it there.
 */
export type Origin = 'created' | 'found';

/** What an environment owns, and the sections that declare it. */
export interface Entry extends Owned {
  readonly sections: readonly string[];
}

/** An entry as it is on record. */
export interface RecordedEntry extends Entry {
  readonly origin: Origin;
}

/** The name of an owner's record. Names of applications and environments have no `@`. */
export function recordName({ environment, application, workspace }: Owner): string {
  return `${environment}@${application ?? `@${workspace.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`}`;
}

/** For people: `the environment "staging"`. */
export function describeOwner(name: string): string {
  return `the environment "${name.split('@')[0] ?? ''}"`;
}

/** The beginning of an entry's line, without its origin, which only the host may know. */
export function lineOf({ kind, name, sections, data }: Entry): string {
  return [kind, name, sections.join(','), data ?? '-'].join('\t');
}

/** An entry's line. */
export function recordedLine(entry: RecordedEntry): string {
  return `${lineOf(entry)}\t${entry.origin}`;
}

/**
 * Reads a record.
 *
 * @throws HintedError when a line is none: the host may be hostile, and what it names is removed.
 */
export function parseRecord(name: string, text: string): readonly RecordedEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [kind = '', own = '', sections = '', data = '', origin = '', ...rest] =
        line.split('\t');
      const isEntry =
        /^[a-z][a-z0-9-]*$/.test(kind) &&
        own !== '' &&
        !/\p{Cc}/u.test(own) &&
        /^(?:[a-z][a-zA-Z0-9-]*(?:,[a-z][a-zA-Z0-9-]*)*)?$/.test(sections) &&
        isDataKind(data) &&
        (origin === 'created' || origin === 'found') &&
        rest.length === 0;
      if (!isEntry) {
        throw new HintedError(
          `Cannot read what ${describeOwner(name)} owns on this host: ${OWNED_FOLDER}/${name} has the line ${JSON.stringify(line)}`,
          {
            hint: `Correct it or remove it. Without the whole file, nothing is removed from the host: rm ${OWNED_FOLDER}/${name}`,
          },
        );
      }
      return {
        ...{ kind, name: own, origin, sections: sections.split(',').filter((one) => one !== '') },
        ...(data !== '-' && { data }),
      };
    });
}

function isDataKind(word: string): word is DataKind | '-' {
  return ['-', 'data', 'database'].includes(word);
}
