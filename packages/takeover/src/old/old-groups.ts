import { HintedError } from '@fairness-deploy/shell/text';

/**
 * The groups of the programs in a file of Supervisor: a program that no group names has a group of its
 * own (supervisord.org/configuration.html).
 *
 * @throws HintedError when there is none, or a name that no command takes.
 */
export function oldGroups(file: string, text: string): readonly string[] {
  const programs: string[] = [];
  const groups: string[] = [];
  const members = new Set<string>();
  let inGroup = false;
  for (const line of text.split('\n')) {
    const [, type, name = ''] = /^\[([a-z-]+)(?::([^\]]*))?\]/.exec(line) ?? [];
    if (type !== undefined) {
      inGroup = type === 'group';
      if (inGroup) groups.push(name.trim());
      if (PROGRAM_TYPES.includes(type)) programs.push(name.trim());
    }
    const [, list] = inGroup ? (/^programs\s*[=:]\s*(.*)$/.exec(line) ?? []) : [];
    for (const one of list?.split(',') ?? []) members.add(one.trim());
  }
  const all = [...groups, ...programs.filter((name) => !members.has(name))];
  const bad = all.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name));
  if (bad !== undefined || all.length === 0) {
    const what = bad === undefined ? 'has no program' : `has a program ${JSON.stringify(bad)}`;
    throw new HintedError(`Cannot take over the old programs: ${file} ${what}`, {
      hint: 'name the file of the old programs: takeover.programs',
    });
  }
  return all;
}

const PROGRAM_TYPES = ['program', 'fcgi-program', 'eventlistener'];
