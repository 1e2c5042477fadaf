import type { CreateNodes } from '@nx/devkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodes, createNodesV2 } from './create-nodes.js';
import { inferTargets } from './infer-targets.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

async function projects([, create]: CreateNodes, files: Readonly<Record<string, string>>) {
  workspace = temporaryWorkspace(files);
  const context = { workspaceRoot: workspace.folder, nxJsonConfiguration: {} };
  const results = await create(Object.keys(files), undefined, context);
  return Object.assign({}, ...results.map(([, { projects = {} }]) => projects)) as Record<
    string,
    { name?: string; tags?: string[]; targets?: Record<string, unknown> }
  >;
}

describe('createNodes', () => {
  it('makes a project of each environment, even of a broken file in an odd folder', async () => {
    const found = await projects(createNodes, {
      'environments/staging/environment.yaml': 'hosts: { web: }',
      'environments/Odd one/environment.yaml': '\t}{',
    });
    expect(Object.entries(found).map(([root, { name }]) => [root, name])).toEqual([
      ['environments/staging', 'staging'],
      ['environments/Odd one', 'Odd one'],
    ]);
    const { tags, targets = {} } = found['environments/staging'] ?? {};
    expect(tags).toEqual(['environment']);
    expect(Object.keys(targets)).toEqual([
      ...[
        'ping',
        'plan',
        'provision',
        'decommission',
        'attach',
        'cancel',
        'ssh',
        'exec',
        'open',
        'status',
        'doctor',
        'report',
        'logs',
      ],
      ...['secrets', 'secrets-show', 'secrets-set', 'secrets-check', 'secrets-rekey'],
    ]);
    expect(targets['provision']).toMatchObject({ parallelism: false });
    expect(targets['ping']).toEqual({
      executor: '@fairness-deploy/core:ping',
      options: {},
      cache: false,
      parallelism: true,
      metadata: {
        description: 'Checks that each host can be reached, and shows what it is.',
      },
    });
  });

  it('has the name that older versions of Nx look for', () => {
    workspace = temporaryWorkspace();
    expect(createNodesV2).toBe(createNodes);
  });
});

describe('inferTargets()', () => {
  it('adds targets where the section is', async () => {
    const targets = { up: { executor: '@fairness-deploy/sandbox:up' } };
    const found = await projects(inferTargets('sandbox', targets), {
      'environments/a/environment.yaml': 'sandbox:',
      'environments/b/environment.yaml': 'hosts: { web: }',
    });
    expect(found).toEqual({
      'environments/a': {
        name: 'a',
        targets: {
          up: {
            executor: '@fairness-deploy/sandbox:up',
            options: {},
            cache: false,
            parallelism: false,
          },
        },
      },
    });
  });
});
