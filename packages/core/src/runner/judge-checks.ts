import { failureOf, printedError, type Failure } from '@fairness-deploy/shell/text';
import type { ScriptOutput } from '../engine/script-output.js';
import { pluginFailure } from '../plugin/ask-plugin.js';
import { LEVELS, type Check, type Finding } from '../plugin/check.js';
import type { Layer } from '../plugin/layer.js';

/** What judging needs of a check. */
export interface JudgedCheck {
  /** The plugin's. */
  readonly section: string;
  readonly check: Pick<Check, 'name' | 'layer' | 'judge'>;
}

/** A finding of a plugin's check. */
export interface SectionFinding extends Finding {
  readonly section: string;
  readonly layer: Layer;
}

/** The finding about what cannot be checked. */
export function broken(name: string, { message, ...hint }: Failure): Finding {
  return { name, level: 'fail', data: {}, text: `cannot be checked: ${message}`, ...hint };
}

/** Judges the output of the checks' reads, in the order of the checks. Pure. */
export function judge(
  checks: readonly JudgedCheck[],
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

function findingsOf(check: JudgedCheck['check'], read: ScriptOutput): readonly Finding[] {
  if ('failure' in read) return [broken(check.name, failureOf(printedError(read.failure)))];
  return check.judge(read.output);
}

/**
 * The subject of a finding, for people: `supervisor api`, or `nginx` where the two are the same.
 */
export function subjectOf({ section, name }: SectionFinding): string {
  return name === section ? section : `${section} ${name}`;
}
