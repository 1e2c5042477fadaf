import { failureOf, type Failure } from '@fairness-deploy/shell/text';
import type { TimedRead } from '../engine/timed-reads.js';
import type { Host } from '../inventory/environment.js';
import { machineChecks } from '../machine/machine-checks.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { Check } from '../plugin/check.js';
import { sh } from '@fairness-deploy/shell';
import { broken } from './judge-checks.js';
import type { Loaded } from './run.js';
import type { WatchedCheck } from '../plugin/watched-check.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';

/** A check of a plugin. */
export interface SectionCheck {
  /** The plugin's. */
  readonly section: string;
  readonly check: Check;
}

/** Seconds that a check's read may take, unless it says otherwise. */
const READ_SECONDS = 10;

/** The checks of all plugins, for a host, and those of the machine itself. */
export function checksOf(run: Loaded, host: Host): readonly SectionCheck[] {
  const ofPlugins = pluginsOn(run, host).flatMap((plugin) => {
    const { section } = plugin;
    try {
      const context = contextOf(run, plugin, host);
      const checks = askPlugin(section, CHECKS, () => plugin.checks?.(context) ?? []);
      return checks.map((check) => ({ section, check }));
    } catch (error) {
      // A plugin that fails must not hide the checks of the others.
      return [{ section, check: failing(section, failureOf(error)) }];
    }
  });
  return [...ofPlugins, ...machineChecks(Date.now()).map((check) => ({ section: 'hosts', check }))];
}

/** Those that the host can make by itself: {@link Check.rule}. The clock is compared with a client's. */
export function watchedOn(run: Loaded, host: Host): readonly WatchedCheck[] {
  const files = new Map([
    ['hosts', require.resolve('@fairness-deploy/core/judges')],
    ...run.plugins.flatMap(({ section, judges }) =>
      judges === undefined ? [] : [[section, judges] as const],
    ),
  ]);
  return checksOf(run, host).flatMap(({ section, check }): readonly WatchedCheck[] => {
    const { name, layer, read, seconds = READ_SECONDS, rule } = check;
    const judges = files.get(section);
    return rule && judges !== undefined
      ? [{ section, name, layer, read, seconds, rule, judges }]
      : [];
  });
}

/** What a host is asked for checks; judge() takes the answers. */
export function readsOf(checks: readonly SectionCheck[]): readonly TimedRead[] {
  return checks.map(({ check: { read, seconds = READ_SECONDS } }) => ({ script: read, seconds }));
}

const CHECKS = 'its function "checks"';

function failing(name: string, failure: Failure): Check {
  return { name, layer: 'upkeep', read: sh`:`, judge: () => [broken(name, failure)] };
}
