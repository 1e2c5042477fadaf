/** What is asked of a rehearsal, checked before anything is started. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { askPlugin, type UnopenedEnvironment } from '@fairness-deploy/core';
import { approve, type LocalRun } from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import { sectionOf } from '../section.js';
import type { RehearseOptions } from './options.js';

/** The absolute path of the dump. @throws HintedError when there is no such file. */
export function dumpOf({ dump }: RehearseOptions, workspace: string): string | undefined {
  if (dump === undefined) return undefined;
  const file = resolve(workspace, dump);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return file;
  const why = found === undefined ? 'there is no such file' : 'it is no file';
  throw new HintedError(`Cannot rehearse with the dump ${dump}: ${why}`, {
    hint: 'make one: pg_dump --format=custom --file=prod.dump …',
  });
}

/** @throws HintedError when the hosts of the environment are disposable. */
export function refuseSandbox({ environment }: UnopenedEnvironment): void {
  if (!('sandbox' in environment.sections)) return;
  const { name } = environment;
  throw new HintedError(`Cannot rehearse ${name}: its hosts are disposable ones already`, {
    hint: `npx nx run ${name}:up, then provision and deploy`,
  });
}

/**
 * Refuses an environment for which no stand-in works: the rehearsal would only show the stand-in's own error.
 *
 * @throws HintedError that names the secrets.
 */
export function refuseWithoutSecrets({ environment, plugins }: UnopenedEnvironment): void {
  const said = sectionOf(environment)?.secrets ?? {};
  for (const { section, rehearsal } of plugins) {
    const needed = askPlugin(section, 'the function "needsSecrets" of its rehearsal', () =>
      rehearsal?.needsSecrets?.(environment.sections[section]),
    );
    const missing = needed?.filter((name) => !Object.hasOwn(said, name)) ?? [];
    if (missing.length === 0) continue;
    throw new HintedError(
      `Cannot rehearse ${environment.name} with stand-ins for its secrets: the section "${section}" needs the real ${missing.join(' and ')}`,
      { hint: `npx nx run ${environment.name}:rehearse --with-secrets` },
    );
  }
}

/** Asks whether the real secrets may be used. @throws HintedError when there is nobody to ask. */
export async function isApproved({
  options,
  place: { environment },
}: LocalRun<RehearseOptions>): Promise<boolean> {
  if (options.yes) return true;
  return approve(`Put the real secrets of ${environment} on disposable hosts of this machine`, {
    message: `Cannot rehearse ${environment} with its secrets: it waits for approval, and there is no terminal to ask on`,
    hint: `to do it without asking: npx nx run ${environment}:rehearse --with-secrets --yes`,
  });
}
