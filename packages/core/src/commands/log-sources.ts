import { didYouMean } from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Host } from '../inventory/environment.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { LogSource } from '../plugin/log-source.js';
import { contextOf, pluginsOn } from '../runner/plugins-on-host.js';
import type { Run } from '../runner/run.js';

/** A log of a plugin. */
export type SectionLog = LogSource & {
  /** The plugin's. */
  readonly section: string;
};

/**
 * The logs of all plugins on a host.
 *
 * @throws Error when two have one name: `--source` could not tell them apart.
 */
export function sourcesOf(run: Run, host: Host): readonly SectionLog[] {
  const sources = pluginsOn(run, host).flatMap((plugin) =>
    (
      askPlugin(plugin.section, 'its function "logs"', () =>
        plugin.logs?.(contextOf(run, plugin, host)),
      ) ?? []
    ).map((source) => ({ ...source, section: plugin.section })),
  );
  const seen = new Map<string, SectionLog>();
  for (const source of sources) {
    const { name, section } = source;
    const other = seen.get(name);
    if (other) {
      const who =
        other.section === section
          ? `${section} has two logs`
          : `${other.section} and ${section} both have a log`;
      throw new Error(`Cannot show the logs of ${host.name}: ${who} named "${name}"`);
    }
    seen.set(name, source);
  }
  return sources;
}

/**
 * The logs that some words choose, of each host: the name of a log; the first word of its name, such as `api` of `api errors`
 * and `api.2`; or a section, such as `nginx`, for all of its logs. No word chooses all.
 *
 * @throws HintedError when a word chooses none on any of the hosts.
 */
export function chooseSources(
  run: Run,
  words: readonly string[],
): ReadonlyMap<Host, readonly SectionLog[]> {
  const all = run.hosts.map((host) => [host, sourcesOf(run, host)] as const);
  const every = all.flatMap(([, sources]) => sources);
  for (const word of words) {
    if (every.some((source) => isChosen(source, word))) continue;
    const known = [...new Set(every.flatMap(({ name, section }) => [name, section]))];
    const names = [...new Set(every.map(({ name }) => name))];
    const hint =
      didYouMean(word, known) ??
      (names.length === 0 ? 'no section has a log here' : `there are: ${names.join(', ')}`);
    throw new HintedError(`Cannot show the log "${word}": there is none of that name`, { hint });
  }
  const chosen = all.map(([host, sources]): [Host, readonly SectionLog[]] => [
    host,
    sources.filter((source) => words.length === 0 || words.some((word) => isChosen(source, word))),
  ]);
  return new Map(chosen);
}

function isChosen({ name, section }: SectionLog, word: string): boolean {
  return (
    [name, section].includes(word) || name.startsWith(`${word} `) || name.startsWith(`${word}.`)
  );
}
