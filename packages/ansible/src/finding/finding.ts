/** What an import could not translate, or did in another way; never with a secret's value. */

/** A line of a file of the set-up; line 0 means the whole file. */
export interface Place {
  /** Relative to the set-up's folder. */
  readonly file: string;
  readonly line: number;
}

/**
 * - untranslated: somebody has to decide; nothing of it is in the environments.
 * - replaced: another part of the product does this now, or does it in another way.
 * - check: it was translated by a guess that somebody has to check.
 */
export type FindingKind = 'untranslated' | 'replaced' | 'check';

export interface Finding {
  readonly kind: FindingKind;
  readonly place: Place;
  /** What was found and what is the case. */
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

/** Collects findings, each once, however many environments have it. */
export class Findings {
  readonly #all = new Map<string, Finding>();

  add(kind: FindingKind, place: Place, message: string, hint?: string): void {
    const finding = { kind, place, message, ...(hint !== undefined && { hint }) };
    this.#all.set(JSON.stringify([kind, place.file, place.line, message]), finding);
  }

  /** By kind, then file and line. */
  get all(): readonly Finding[] {
    const kinds: readonly FindingKind[] = ['untranslated', 'check', 'replaced'];
    return [...this.#all.values()].sort(
      (one, other) =>
        kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
        one.place.file.localeCompare(other.place.file, 'en') ||
        one.place.line - other.place.line,
    );
  }
}

/** `group_vars/web.yml:3`, or the file alone. */
export function formatPlace({ file, line }: Place): string {
  return line > 0 ? `${file}:${String(line)}` : file;
}
