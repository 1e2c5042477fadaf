import { join } from 'node:path';
import type { SetUpFiles } from '../file/set-up-files.js';
import type { Findings } from '../finding/finding.js';

const ENDINGS = ['', '.yml', '.yaml', '.json'];
const DEEPEST = 10;

/**
 * The files of `group_vars` or `host_vars` for a name: a folder or a file, of which Ansible takes the
 * first one. A name with a slash reaches no other folder.
 */
export function varsFiles(
  folder: string,
  name: string,
  files: SetUpFiles,
  findings: Findings,
): readonly string[] {
  if (name === '.' || name === '..' || /[/\0]/.test(name)) return [];
  for (const ending of ENDINGS) {
    const path = join(folder, `${name}${ending}`);
    if (files.leadsOut(path)) {
      const message = 'it leads out of the folder of the set-up, and is not read';
      findings.add('untranslated', { file: path, line: 0 }, message);
      return [];
    }
    const kind = files.kind(path);
    if (kind === 'folder') return filesIn(path, files, findings, 0);
    if (kind !== undefined) return [path];
  }
  return [];
}

/** Ansible passes over hidden files, those that end with ~, and those with another ending. */
function filesIn(
  folder: string,
  files: SetUpFiles,
  findings: Findings,
  depth: number,
): readonly string[] {
  if (depth > DEEPEST) return [];
  return files.list(folder).flatMap((name) => {
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const path = join(folder, name);
    const ending = /[^.](\.[^.]*)$/.exec(name)?.[1] ?? '';
    if (files.leadsOut(path)) {
      const message = 'it leads out of the folder of the set-up, and is not read';
      findings.add('untranslated', { file: path, line: 0 }, message);
      return [];
    }
    const kind = files.kind(path);
    if (kind === 'folder') return ending === '' ? filesIn(path, files, findings, depth + 1) : [];
    return kind !== undefined && ENDINGS.includes(ending) ? [path] : [];
  });
}
