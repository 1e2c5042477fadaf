import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryWorkspace, type TemporaryWorkspace } from '../testing/temporary-workspace.js';
import { findEnvironment } from './find-environment.js';
import { findWorkspace } from './find-workspace.js';

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = temporaryWorkspace({ 'environments/prod/environment.yaml': '' });
});
afterEach(() => {
  workspace.dispose();
});

it('findWorkspace() looks upwards', () => {
  const { folder } = workspace;
  expect(findWorkspace(folder)).toBe(folder);
  expect(findWorkspace(join(folder, 'environments/prod'))).toBe(folder);
  expect(findWorkspace('/')).toBeUndefined();
});

it('findEnvironment() says so where there is no workspace', () => {
  const { folder } = workspace;
  rmSync(join(folder, 'nx.json'));
  expect(() => findEnvironment({ workspace: folder, name: 'prod1' })).toThrow(
    'it is not in an Nx workspace: no folder above it has an nx.json\n  → run it in the workspace',
  );
});
