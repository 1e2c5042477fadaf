import { failureOf, printedError, type Failure } from '@fairness-deploy/shell/text';
import type { HostAnswer } from '../engine/read-host.js';
import type { ScriptOutput } from '../engine/script-output.js';
import type { Host } from '../inventory/environment.js';
import type { Check, Finding } from '../plugin/check.js';
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
}

/** The checks of all plugins, for a host. */
export function checksOf(run: Run, host: Host): readonly SectionCheck[] {
  return pluginsOn(run, host).flatMap((plugin) =>
    (plugin.checks?.(contextOf(run, plugin, host)) ?? []).map((check) => ({
      section: plugin.section,
      check,
    })),
  );
}

/** Judges the output of the checks' reads, in their order. */
export function judge(
  checks: readonly SectionCheck[],
  outputs: HostAnswer['outputs'],
): readonly SectionFinding[] {
  return checks.flatMap(({ section, check }, at) => {
    const read = outputs[at] ?? { failure: 'no answer' };
    return findingsOf(check, read).map((finding) => ({ section, ...finding }));
  });
}

function findingsOf(check: Check, read: ScriptOutput): readonly Finding[] {
  const broken = ({ message, ...rest }: Failure): readonly Finding[] => [
    { name: check.name, level: 'fail', data: {}, text: `cannot be checked: ${message}`, ...rest },
  ];
  if ('failure' in read) return broken(failureOf(printedError(read.failure)));
  try {
    return check.judge(read.output);
  } catch (error) {
    // A check that fails on its output must not hide the others.
    return broken(failureOf(error));
  }
}

/**
 * The subject of a finding, for people: `supervisor api`, or `nginx` where the two are the same.
 */
export function subjectOf({ section, name }: SectionFinding): string {
  return name === section ? section : `${section} ${name}`;
}
