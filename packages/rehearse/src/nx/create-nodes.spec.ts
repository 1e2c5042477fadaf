import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createNodes } from './create-nodes.js';

const ENVIRONMENTS = {
  prod: 'hosts: { web: 203.0.113.10 }\n',
  local: 'hosts: { web: }\nsandbox: {}\n',
  broken: 'hosts: {\n',
};
const workspaceRoot = mkdtempSync(join(tmpdir(), 'rehearse-nodes-'));
for (const [name, text] of Object.entries(ENVIRONMENTS)) {
  const folder = join(workspaceRoot, 'environments', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'environment.yaml'), text);
}
afterAll(() => {
  rmSync(workspaceRoot, { recursive: true });
});

it('createNodes gives every environment the target but those of a sandbox', async () => {
  const files = Object.keys(ENVIRONMENTS).map((name) => `environments/${name}/environment.yaml`);
  const context = { workspaceRoot, nxJsonConfiguration: {} };
  const nodes = await createNodes[1](files, undefined, context);
  const targets = nodes.flatMap(([, { projects = {} }]) =>
    Object.values(projects).map((project) => [project.name, Object.keys(project.targets ?? {})]),
  );
  expect(targets).toEqual([
    ['prod', ['rehearse']],
    ['broken', ['rehearse']],
  ]);
});
