import { failureOf, printedError, type Failure } from '@fairness-deploy/shell/text';
import type { ScriptOutput } from '../engine/script-output.js';
import type { TimedRead } from '../engine/timed-reads.js';
import type { Host } from '../inventory/environment.js';
import { machineChecks } from '../machine/machine-checks.js';
import { LEVELS, type Check, type Finding } from '../plugin/check.js';
import type { Layer } from '../plugin/layer.js';
import { askPlugin, pluginFailure } from '../plugin/ask-plugin.js';
import { sh } from '@fairness-deploy/shell';
import { type Run } from './run.js';
import { contextOf, pluginsOn } from './plugins-on-host.js';

/** A check of a plugin. */
export interface SectionCheck {
  /** The plugin's. */
  readonly section: string;
  readonly check: Check;
}

/** A finding of a plugin's check. */
export interface SectionFinding extends Finding {
  readonly section: string;
  readonly layer: Layer;
}

/** Seconds that a check's read may take, unless it says otherwise. */
const READ_SECONDS = 10;

/** The checks of all plugins, for a host, and those of the machine itself. */
export function checksOf(run: Run, host: Host): readonly SectionCheck[] {
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

/** What a host is asked for checks; {@link judge} takes the answers. */
export function readsOf(checks: readonly SectionCheck[]): readonly TimedRead[] {
  return checks.map(({ check: { read, seconds = READ_SECONDS } }) => ({ script: read, seconds }));
}

const CHECKS = 'its function "checks"';

function failing(name: string, failure: Failure): Check {
  return { name, layer: 'upkeep', read: sh`:`, judge: () => [broken(name, failure)] };
}

function broken(name: string, { message, ...hint }: Failure): Finding {
  return { name, level: 'fail', data: {}, text: `cannot be checked: ${message}`, ...hint };
}

/** Judges the output of {@link readsOf}, in the order of the checks. */
export function judge(
  checks: readonly SectionCheck[],
  outputs: readonly ScriptOutput[],
): readonly SectionFinding[] {
  return checks.flatMap(({ section, check }, at) => {
    const read = outputs[at] ?? { failure: 'no answer' };
    try {
      return findingsOf(check, read).map((finding) => {
        if (LEVELS.includes(finding.level)) return { layer: check.layer, ...finding, section };
        throw new TypeError(`"${finding.level}" is no level, these are ${LEVELS.join(', ')}`);
      });
    } catch (error) {
      // A check that fails on its output must not hide the others.
      const failure = failureOf(pluginFailure(section, `the check "${check.name}"`, error));
      return [{ section, layer: check.layer, ...broken(check.name, failure) }];
    }
  });
}

function findingsOf(check: Check, read: ScriptOutput): readonly Finding[] {
  if ('failure' in read) return [broken(check.name, failureOf(printedError(read.failure)))];
  return check.judge(read.output);
}

/**
 * The subject of a finding, for people: `supervisor api`, or `nginx` where the two are the same.
 */
export function subjectOf({ section, name }: SectionFinding): string {
  return name === section ? section : `${section} ${name}`;
}
