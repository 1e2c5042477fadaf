import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { expect, it } from 'vitest';
import { createNodes } from './create-nodes.js';

it('createNodes adds its targets to environments with VMs only', async () => {
  const files = ['vm', 'real'].map((name) => `environments/${name}/environment.yaml`);
  const workspace = temporaryWorkspace(
    Object.fromEntries(
      files.map((file) => [file, file.includes('vm') ? 'vagrant: {}\n' : 'hosts:\n']),
    ),
  );
  try {
    const context = { workspaceRoot: workspace.folder, nxJsonConfiguration: {} };
    const [[, vm] = [], [, real] = []] = await createNodes[1](files, undefined, context);
    const targets = vm?.projects?.['environments/vm']?.targets ?? {};
    expect(Object.keys(targets)).toEqual([
      ...['up', 'halt', 'reload', 'destroy', 'vm-status', 'tunnel', 'vagrant'],
    ]);
    expect(real).toEqual({});
  } finally {
    workspace.dispose();
  }
});
