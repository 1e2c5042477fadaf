import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';

const descriptions = {
  up: 'Brings up the sandbox: disposable Debian hosts on this machine',
  down: 'Takes the sandbox down and leaves nothing of it',
  ssh: 'Opens a shell on a host of the sandbox',
  sandboxes: 'Lists the sandbox hosts of this machine',
} as const;

/** The targets of an environment that runs in a sandbox. */
export const sandboxTargets: Readonly<Record<string, TargetConfiguration>> = Object.fromEntries(
  Object.entries(descriptions).map(([name, description]) => [
    name,
    {
      executor: `@fairness-deploy/sandbox:${name}`,
      options: {},
      cache: false,
      parallelism: false,
      metadata: { description, technologies: ['systemd-nspawn'] },
    },
  ]),
);

/**
 * Whether an environment's file, or one that it extends, has the section `sandbox`. A look at the
 * text: the file may be broken, and this runs at every computation of the project graph.
 */
export function hasSandbox(file: string, seen: readonly string[] = []): boolean {
  if (seen.includes(file)) return false;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return false;
  }
  if (/^(["']?)sandbox\1[ \t]*:/m.test(text)) return true;
  const extended = /^(["']?)extends\1[ \t]*:[ \t]*(["']?)(.+?)\2[ \t]*(#.*)?\r?$/m.exec(text)?.[3];
  return extended !== undefined && hasSandbox(resolve(dirname(file), extended), [...seen, file]);
}
