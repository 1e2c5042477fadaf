/** Inventories in Ansible's own dialect of INI. */
import { quoteText } from '@fairness-deploy/environment-file';
import type { Place } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';
import { pythonValue } from '../value/python-literal.js';
import { shellWords, UnclosedQuote } from '../value/shell-words.js';
import { expandHostPattern } from './host-range.js';
import type { Inventory } from './inventory.js';

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;

/** A group that a section names before it is declared. */
interface Pending {
  readonly place: Place;
  readonly state: 'vars' | 'children';
  readonly parents: string[];
}

/** Adds an INI inventory. @throws ImportError with the line where Ansible would refuse it. */
export function readIni(text: string, file: string, inventory: Inventory): void {
  const pending = new Map<string, Pending>();
  let group = 'ungrouped';
  let state: 'hosts' | 'vars' | 'children' = 'hosts';
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const place = { file, line: at + 1 };
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const section = SECTION.exec(line);
    if (section) {
      group = section[1] ?? '';
      state = stateOf(section[2], place);
      declare(group, state, place, inventory, pending);
    } else if (line.startsWith('[') && line.endsWith(']')) {
      throw errorAt(place, 'it is no section: [group], [group:children] or [group:vars]');
    } else if (state === 'hosts') {
      addHosts(line, group, place, inventory);
    } else if (state === 'vars') {
      const found = /^([^=]*)=([^]*)$/.exec(line);
      if (!found) throw errorAt(place, 'a line of a section with variables is "name = value"');
      const value = pythonValue((found[2] ?? '').trim());
      inventory.setGroupVariable(group, (found[1] ?? '').trim(), { value, place });
    } else {
      const child = GROUP_NAME.exec(line)?.[1];
      if (child === undefined) throw errorAt(place, 'it is no name of a group');
      const open = pending.get(child);
      if (inventory.groups.has(child)) inventory.addChild(group, child, place);
      else if (open) open.parents.push(group);
      else pending.set(child, { place, state: 'children', parents: [group] });
    }
  }
  for (const [name, { place, state: kind }] of pending) {
    const what = kind === 'vars' ? 'gives variables to' : 'contains';
    throw errorAt(place, `it ${what} the group ${quoteText(name)}, which is declared nowhere`);
  }
}

function stateOf(kind: string | undefined, place: Place): 'hosts' | 'vars' | 'children' {
  if (kind === undefined || kind === 'hosts') return 'hosts';
  if (kind === 'vars' || kind === 'children') return kind;
  throw errorAt(place, `a section has the unknown kind ${quoteText(kind)}`);
}

function declare(
  group: string,
  state: 'hosts' | 'vars' | 'children',
  place: Place,
  inventory: Inventory,
  pending: Map<string, Pending>,
): void {
  const open = pending.get(group);
  if (!inventory.groups.has(group)) {
    if (state === 'vars' && !open) pending.set(group, { place, state, parents: [] });
    inventory.addGroup(group, place);
  }
  const declared = pending.get(group);
  if (!declared || state === 'vars') return;
  pending.delete(group);
  for (const parent of declared.parents) inventory.addChild(parent, group, declared.place);
}

function addHosts(line: string, group: string, place: Place, inventory: Inventory): void {
  let words: readonly string[];
  try {
    words = shellWords(line);
  } catch (error) {
    if (error instanceof UnclosedQuote) throw errorAt(place, error.message);
    throw error;
  }
  const [pattern = '', ...settings] = words;
  const { names, port } = expandHostPattern(pattern, place);
  const variables = settings.map((word): [string, string] => {
    const at = word.indexOf('=');
    // The word may be a part of a password.
    if (at < 0) throw errorAt(place, 'behind a host stands a word that is not "name=value"');
    return [word.slice(0, at), word.slice(at + 1)];
  });
  for (const name of names) {
    if (name.trim() === '---') throw errorAt(place, 'it begins as YAML, and goes on as INI');
    const host = inventory.addHost(name, group, port, place);
    for (const [key, text] of variables) {
      host.variables.set(key, { value: pythonValue(text), place });
    }
  }
}
