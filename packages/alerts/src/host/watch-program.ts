import { readFileSync } from 'node:fs';
import type { PluginContext, WatchedCheck } from '@fairness-deploy/core';
import { PRINT_HOLDER, timedReads } from '@fairness-deploy/core/engine';
import { MANAGED_NOTE } from '@fairness-deploy/core/resources';
import { layoutOf } from '@fairness-deploy/release';
import { lines, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { checkRecord, LOCK_RECORD, type WatchSettings } from '../program/watch-settings.js';
import type { Section } from '../section/section.js';

/** Stands for the mark of the records, which is another one in each run. */
const MARK = '{{ mark }}';

/** Seconds for the question which job holds the lock. */
const LOCK_SECONDS = 10;

/**
 * The program that the timer runs: one file with the settings, the reads, and the functions that judge. It needs
 * Node.js alone.
 */
export function watchProgram(
  context: PluginContext<Section>,
  checks: readonly WatchedCheck[],
): Text {
  const { reads, ...settings } = settingsOf(context, checks);
  const files = new Map(checks.map(({ section, judges }) => [section, judges]));
  const own = readFileSync(require.resolve('@fairness-deploy/alerts/program'), 'utf8');
  return Text.of(
    `'use strict';
// ${MANAGED_NOTE}

const load = (run) => {
  const module = { exports: {} };
  run(module, module.exports, require);
  return module.exports;
};

const settings = ${JSON.stringify(settings)};

settings.reads = "`,
    reads.text.map(inJson),
    `";

const judges = {
${[...files].map(([section, file]) => `${JSON.stringify(section)}: ${moduleOf(readFileSync(file, 'utf8'))},`).join('\n')}
};

${moduleOf(own)}.main(settings, judges, __dirname, process.argv.slice(2));
`,
  );
}

/** A module of CommonJS as an expression. */
function moduleOf(source: string): string {
  return `load(function (module, exports, require) {\n${source}\n})`;
}

/** A part of a string of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function settingsOf(
  { environment, host, section }: PluginContext<Section>,
  checks: readonly WatchedCheck[],
): Omit<WatchSettings, 'reads'> & { readonly reads: Script } {
  const { application } = environment;
  return {
    ...{ environment: environment.name, host: host.name, after: section.after, mark: MARK },
    checks: checks.map(({ section: of, name, layer, rule }) => ({
      ...{ section: of, name, layer, judge: rule.name, about: rule.about },
    })),
    reads: lines(
      timedReads(MARK, [
        { record: LOCK_RECORD, seconds: LOCK_SECONDS, script: PRINT_HOLDER },
        ...checks.map(({ read, seconds }, at) => ({
          ...{ record: checkRecord(at), seconds, script: read },
        })),
      ]),
    ),
    ...(application && {
      secrets: {
        folder: layoutOf(application).variables,
        variables: variablesWithSecrets(application),
      },
    }),
  };
}

/** The names of the application's variables that hold a secret, of all and of single processes. */
function variablesWithSecrets({
  env,
  processes,
}: NonNullable<PluginContext<Section>['environment']['application']>): readonly string[] {
  const all = [env, ...processes.map((process) => process.env)].flatMap((one) =>
    Object.entries(one),
  );
  const names = all.flatMap(([name, value]) => (value.secrets.length > 0 ? [name] : []));
  return [...new Set(names)].sort();
}
