import { mkdirSync, writeFileSync } from 'node:fs';
import { layoutOf, startPath } from '../application/layout.js';
import { recordCommands } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from '../section/section.js';
import { application, environment } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { checkSteps } from './check.js';

describe('checkSteps()', () => {
  /** Checks a release that doesn't exist: a step that looks for it fails. */
  function check(action: 'deploy' | 'rollback', processes: readonly string[]) {
    const layout = layoutOf({ name: 'shop', home: temporaryFolder() });
    const about = deploymentOf({ action });
    const { commit, release: id } = about;
    mkdirSync(layout.variables, { recursive: true });
    for (const name of processes) writeFileSync(startPath(layout, id, name), '');
    const [step] = checkSteps({
      ...{ application, environment, hosts: ['web'], layout, about },
      section: releaseSchema.parse({}),
      release: releaseIn(layout, { id, commit, directory: undefined }),
      transfer: { from: 'host' },
    });
    if (!step) throw new Error('Cannot check: there is no step');
    const { status, stdout, stderr } = recordCommands(step.run, {
      programs: { ss: '' },
      shown: { [layout.home]: '~' },
    });
    return { status, stdout, stderr };
  }

  it('pass over a process that a release of the past has not, and say so', () => {
    expect(check('rollback', [])).toEqual({
      status: 0,
      stdout:
        'The release 20261123-101502-3f2a1bc is older than the process api, and goes live without it\n',
      stderr: '',
    });
  });

  it.each([
    ['that a release of the past has', 'rollback', ['api']],
    ['of a new release, whatever became of how it is started', 'deploy', []],
  ] as const)('pass over no process %s', (_, action, processes) => {
    expect(check(action, processes)).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Cannot find the colour of the release 20261123-101502-3f2a1bc: ~/colours has none of it\n  → deploy again\n',
    });
  });
});
