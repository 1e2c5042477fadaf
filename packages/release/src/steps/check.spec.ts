import { layoutOf } from '../application/layout.js';
import { recordCommands } from '@fairness-deploy/shell/testing';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { application } from '../testing/application.js';
import { releaseSpec } from '../testing/release-spec.js';
import { checkSteps } from './check.js';
import { handOverSteps } from './hand-over.js';

describe('checkSteps()', () => {
  it.each(['deploy', 'rollback'] as const)('pass over no program of the release: %s', (action) => {
    const spec = releaseSpec({ action, application: { home: '/nowhere' } });
    const [step] = checkSteps(spec);
    if (!step) throw new Error('Cannot check: there is no step');
    const { status, stdout, stderr } = recordCommands(step.run, {
      programs: { ss: '' },
      shown: { [layoutOf(spec.application).home]: '~' },
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Cannot find the colour of the release 20261123-101502-3f2a1bc: ~/colours has none of it\n  → deploy again\n',
    });
  });

  it('leave exclusive workers to the handover', () => {
    const jobs = exampleProcess({ name: 'jobs' });
    const mails = exampleProcess({ name: 'mails', overlap: true });
    const spec = releaseSpec({
      application: { processes: [...application.processes, jobs, mails] },
    });
    expect(checkSteps(spec).map(({ name }) => name)).toEqual(['check api', 'check mails']);
    expect(handOverSteps(spec).map(({ name }) => name)).toEqual(['check jobs']);
  });
});
