/** Variables and options that no file of variables has: those of the calls of Ansible. */
import { dirname, join } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import { readMakefile, type MakefileOption } from '../file/read-makefile.js';
import type { SetUpFiles } from '../file/set-up-files.js';
import type { Findings, Place } from '../finding/finding.js';
import { shellWords } from '../value/shell-words.js';
import { combine, type Variables } from '../value/value.js';
import { readVariables, type Reading } from '../vault/read-variables.js';
import type { FoundEnvironment } from './find-environments.js';

const TARGETS = [
  'install',
  'vagrant',
  'vagrant-ssh',
  'ping',
  'secrets',
  'provision',
  'deploy',
  'help',
];

/** The options of the Makefile's calls for an environment; targets that are not known are findings. */
export function makefileOptions(
  files: SetUpFiles,
  environment: string,
  findings: Findings,
): readonly MakefileOption[] {
  if (files.kind('Makefile') === undefined) return [];
  const { options, targets } = readMakefile(files.read('Makefile'), environment);
  for (const { name, line } of targets) {
    if (TARGETS.includes(name) || name.startsWith('.')) continue;
    findings.add('untranslated', { file: 'Makefile', line }, `the target ${quoteText(name)}`);
  }
  return options;
}

/** Extra variables win over all others: those of the user, of the Makefile's calls, or the file `secrets`. */
export async function extraVariables(
  { name, sources }: FoundEnvironment,
  calls: readonly MakefileOption[],
  extraVars: readonly string[],
  reading: Reading,
): Promise<Variables> {
  const { files, findings } = reading;
  const [source = '.'] = sources;
  const beside = join(dirname(source), 'secrets');
  const given: { value: string; place: Place }[] = [
    ...calls
      .filter((option) => option.name === 'extra-vars')
      .map(({ value, line }) => ({ value, place: { file: 'Makefile', line } })),
    ...extraVars.map((value) => ({
      value: value.replaceAll('<environment>', name),
      place: { file: '--extra-vars', line: 0 },
    })),
  ];
  if (given.length === 0 && ['file', 'program'].includes(files.kind(beside) ?? '')) {
    given.push({ value: `@${beside}`, place: { file: beside, line: 0 } });
  }
  let variables: Variables = new Map();
  for (const { value, place } of given) {
    if (value.startsWith('@')) {
      const path = files.within(value.slice(1));
      if (path === undefined || files.kind(path) === undefined) {
        findings.add(
          'untranslated',
          place,
          `the file ${quoteText(value.slice(1))} of variables is not in the set-up`,
        );
      } else {
        variables = combine(variables, await readVariables(path, reading), false);
      }
      continue;
    }
    if (value.startsWith('{')) {
      findings.add('untranslated', place, 'variables in JSON on a command line');
      continue;
    }
    const own = shellWords(value).flatMap((word) => {
      const at = word.indexOf('=');
      return at < 0 ? [] : [[word.slice(0, at), { value: word.slice(at + 1), place }] as const];
    });
    variables = combine(variables, new Map(own), false);
  }
  return variables;
}
