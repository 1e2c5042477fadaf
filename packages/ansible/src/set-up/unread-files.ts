import type { SetUpFiles } from '../file/set-up-files.js';
import type { Findings } from '../finding/finding.js';

/** Files that say nothing about environments, and folders of tools. */
const PASSED =
  /^(?:\..*|README.*|LICENSE.*|CHANGELOG.*|requirements\.txt|.*\.(?:md|pyc|retry|bak|swp|log)|.*~|venv|node_modules|__pycache__)$/;
/** Findings of this kind; a set-up with more is no set-up. */
const MOST = 200;

/** Says which files of the set-up nothing has read: nobody else would miss them. */
export function tellOfUnread(files: SetUpFiles, findings: Findings): void {
  const unread = files.unseen((name) => PASSED.test(name));
  for (const file of unread.slice(0, MOST)) {
    findings.add(
      'untranslated',
      { file, line: 0 },
      'the file is not read: nothing known refers to it',
    );
  }
  if (unread.length > MOST) {
    const rest = unread.length - MOST;
    findings.add('untranslated', { file: '.', line: 0 }, `${String(rest)} more files are not read`);
  }
}
