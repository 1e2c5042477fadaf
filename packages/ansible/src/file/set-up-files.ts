/** Reads the files of a set-up: they may come from anybody, so no link leads out of its folder. */
import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import { readRegularFile, systemReason, UnreadableFile } from '@fairness-deploy/shell/client';
import { errorAt, ImportError } from '../finding/import-error.js';

/** Folders within each other. */
const DEEPEST = 12;

export type FileKind = 'file' | 'folder' | 'program';

/** Files of a folder by their paths relative to it. */
export class SetUpFiles {
  /** Absolute, without links. */
  readonly root: string;
  readonly #seen = new Set<string>();

  /** @throws ImportError when there is no such folder. */
  constructor(folder: string) {
    try {
      this.root = realpathSync(folder);
      if (!statSync(this.root).isDirectory()) throw new UnreadableFile('it is not a folder');
    } catch (cause) {
      const why = cause instanceof UnreadableFile ? cause.message : systemReason(cause);
      throw new ImportError(`Cannot import ${quoteText(folder)}: ${why}`, {
        cause,
        hint: 'name the folder with ansible.cfg: nx g import-ansible ../shop/ansible',
      });
    }
  }

  /** The kind of what is there; a program is a file that may be executed. */
  kind(path: string): FileKind | undefined {
    const absolute = this.#inside(path);
    if (absolute === undefined || !existsSync(absolute)) return undefined;
    const stat = statSync(absolute);
    if (stat.isDirectory()) return 'folder';
    return (stat.mode & 0o111) === 0 ? 'file' : 'program';
  }

  /** The names in a folder, in order of their characters, as Python sorts; none when it is missing. */
  list(path: string): readonly string[] {
    if (this.kind(path) !== 'folder') return [];
    return readdirSync(join(this.root, path)).sort((one, other) =>
      one < other ? -1 : Number(one > other),
    );
  }

  /** @throws ImportError when it isn't a text in UTF-8 within the folder. */
  read(path: string): string {
    const place = { file: path, line: 0 };
    this.see(path);
    const absolute = this.#inside(path);
    if (absolute === undefined) throw errorAt(place, 'it leads out of the folder of the set-up');
    let bytes: Buffer;
    try {
      bytes = readRegularFile(absolute);
    } catch (cause) {
      throw errorAt(place, cause instanceof UnreadableFile ? cause.message : systemReason(cause));
    }
    if (!isUtf8(bytes) || bytes.includes(0)) throw errorAt(place, 'it is not text in UTF-8');
    return bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n');
  }

  /** Notes that a file is known, whether it is read or not. */
  see(path: string): void {
    this.#seen.add(join('.', path));
  }

  /** The files that nothing has read or noted, in the folder and all below it but those passed over. */
  unseen(passes: (name: string) => boolean, folder = '.', depth = 0): readonly string[] {
    if (depth > DEEPEST) return [];
    return this.list(folder).flatMap((name) => {
      const path = join(folder, name);
      if (passes(name) || this.#seen.has(path)) return [];
      if (this.kind(path) === 'folder') return this.unseen(passes, path, depth + 1);
      return [path];
    });
  }

  /** A path as the set-up's files say it, relative to the folder; undefined when it leads out. */
  within(path: string, from = '.'): string | undefined {
    const inside = relative(this.root, resolve(this.root, from, path));
    return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
      ? undefined
      : inside || '.';
  }

  /** Whether something is there that leads out of the folder. */
  leadsOut(path: string): boolean {
    return existsSync(join(this.root, path)) && this.#inside(path) === undefined;
  }

  #inside(path: string): string | undefined {
    if (path.includes('\0')) return undefined;
    const absolute = resolve(this.root, path);
    // What is missing has no real path, and is refused where it is read.
    const real = existsSync(absolute) ? realpathSync(absolute) : absolute;
    return this.within(real) === undefined || this.within(absolute) === undefined
      ? undefined
      : real;
  }
}
