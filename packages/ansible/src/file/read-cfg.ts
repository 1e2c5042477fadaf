/** The lines of `ansible.cfg`: INI as Python's configparser reads it. */
export interface CfgEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Reads it; a key that is given twice counts with its last value. A line that is none is left out. */
export function readCfg(text: string): readonly CfgEntry[] {
  const entries = new Map<string, CfgEntry>();
  let section = '';
  let last: string | undefined;
  for (const [at, raw] of text.split('\n').entries()) {
    const line = /^\s*[;#]/.test(raw) ? '' : raw.replace(/\s;.*$/, '');
    if (line.trim() === '') continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    if (header) {
      section = header[1] ?? '';
      last = undefined;
      continue;
    }
    // An indented line goes on with the value before it.
    const before = last === undefined ? undefined : entries.get(last);
    if (/^\s/.test(line) && before && last !== undefined) {
      entries.set(last, { ...before, value: `${before.value}\n${line.trim()}`.trim() });
      continue;
    }
    const found = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (!found) continue;
    const key = (found[1] ?? '').toLowerCase();
    last = `${section}.${key}`;
    entries.set(last, { section, key, value: found[2] ?? '', line: at + 1 });
  }
  return [...entries.values()];
}
