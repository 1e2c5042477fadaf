import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@fairness-deploy/core';
import { application } from './application.js';
import { type TemporaryRepository } from './repository-in.js';
import { temporaryRepository } from './temporary-repository.js';

/** A workspace of a test's own, in which `nx run web:build` runs `build.js`. */
export interface BuiltWorkspace extends TemporaryRepository {
  readonly environment: Environment;
}

/**
 * Makes a workspace that is removed when the test ends. What its build writes is in `dist`,
 * which git ignores.
 *
 * @param build the script that writes it, in the workspace's folder
 */
export function builtWorkspace(build: string, ...options: readonly string[]): BuiltWorkspace {
  const repository = temporaryRepository(...options);
  const { folder, write } = repository;
  write('.gitignore', 'node_modules\ndist\n');
  write('package.json', '{"name":"workspace"}');
  write('build.js', build);
  standInForNx(folder);
  return {
    ...repository,
    environment: {
      name: 'prod',
      workspace: folder,
      folder: join(folder, 'environments/prod'),
      hosts: [],
      application,
      sections: {},
    },
  };
}

/** Makes `nx run web:build` run `build.js` in a folder: Nx itself takes seconds to start. */
export function standInForNx(folder: string): void {
  const put = (path: string, content: string): void => {
    const file = join(folder, 'node_modules/nx', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  put('package.json', '{"name":"nx"}');
  put(
    'bin/nx.js',
    `const [command, target] = process.argv.slice(2);
if (command !== 'run' || target !== 'web:build') {
  console.error('Cannot find the target', target);
  process.exit(1);
}
require(${JSON.stringify(join(folder, 'build.js'))});
`,
  );
}
