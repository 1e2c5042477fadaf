import { quoteText } from '@fairness-deploy/environment-file';
import type { Findings, Place } from '../finding/finding.js';
import type { YamlFile } from '../value/read-yaml.js';
import { isList, isMap, type Value, type ValueMap } from '../value/value.js';
import { KNOWN_PACKAGES, KNOWN_TASKS, PACKAGE_TASK } from './known-tasks.js';

/** A task that writes a file from a template. */
export interface TemplateTask {
  /** As the task says them, templates themselves. */
  readonly source: string;
  readonly destination: string;
  readonly place: Place;
  /** The folder of the role, in whose folder `templates` the source is. */
  readonly role?: string;
}

export interface Tasks {
  readonly templates: readonly TemplateTask[];
  readonly packages: readonly { readonly name: string; readonly place: Place }[];
  /** Roles that tasks import. */
  readonly roles: readonly { readonly name: string; readonly place: Place }[];
}

const MODULE_PREFIX = /^ansible\.(?:builtin|legacy)\./;
/** Tasks that contain others or lead to them: their content counts. */
const LEADS = [
  'import_tasks',
  'include_tasks',
  'import_role',
  'include_role',
  'block',
  'meta',
  'debug',
  'set_fact',
  'assert',
];

/**
 * Reads a list of tasks. Those of the old roles are known by their names; each other one is a finding, as
 * nobody knows what it means for the application.
 */
export function readTasks(file: YamlFile, name: string, findings: Findings): Tasks {
  const found = {
    templates: [] as TemplateTask[],
    packages: [] as { name: string; place: Place }[],
    roles: [] as { name: string; place: Place }[],
  };
  const walk = (value: Value, path: readonly string[]): void => {
    if (!isList(value)) return;
    for (const [at, task] of value.entries()) {
      const here = [...path, String(at)];
      const place = { file: name, line: file.lineOf(...here) };
      if (!isMap(task)) {
        findings.add('untranslated', place, 'a task is no map');
        continue;
      }
      readTask(task, place);
      for (const inner of ['block', 'rescue', 'always'])
        walk(task.get(inner) ?? null, [...here, inner]);
    }
  };
  const readTask = (task: ValueMap, place: Place): void => {
    const keys = [...task.keys()].map((key) => key.replace(MODULE_PREFIX, ''));
    const module = (key: string): Value | undefined =>
      task.get(key) ?? task.get(`ansible.builtin.${key}`);
    const title = task.get('name');
    const role = settingsOf(module('import_role') ?? module('include_role'))['name'];
    if (role !== undefined) found.roles.push({ name: role, place });
    const template = settingsOf(module('template'));
    const { src, dest } = template;
    if (src !== undefined && dest !== undefined)
      found.templates.push({ source: src, destination: dest, place });
    if (typeof title === 'string' && KNOWN_TASKS.has(title)) {
      if (title === PACKAGE_TASK) found.packages.push(...itemsOf(task, place));
      return;
    }
    if (keys.some((key) => LEADS.includes(key)) && src === undefined) return;
    const what =
      typeof title === 'string'
        ? quoteText(title)
        : `with ${keys.filter((key) => !['become', 'when', 'tags', 'register'].includes(key)).join(', ')}`;
    findings.add(
      'untranslated',
      place,
      `the task ${what} is not one of the old roles`,
      'sections server (packages, files, cron …) and release (hooks) can do such work',
    );
  };
  walk(file.value, []);
  return found;
}

/** The items of a task that installs packages, but for those that come anyway. */
function itemsOf(task: ValueMap, place: Place): readonly { name: string; place: Place }[] {
  const items = task.get('with_items') ?? task.get('loop');
  if (!isList(items)) return [];
  return items.flatMap((item) =>
    typeof item === 'string' && !KNOWN_PACKAGES.includes(item) ? [{ name: item, place }] : [],
  );
}

/** The settings of a module, as a map or as `src=… dest=…`. */
function settingsOf(value: Value | undefined): Readonly<Record<string, string>> {
  if (typeof value === 'string') {
    return Object.fromEntries(
      [...value.matchAll(/(\w+)=(\S+)/g)].map(([, key = '', text = '']) => [key, text]),
    );
  }
  if (!isMap(value)) return {};
  return Object.fromEntries(
    [...value].flatMap(([key, each]) => (typeof each === 'string' ? [[key, each]] : [])),
  );
}
