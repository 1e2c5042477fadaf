import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { DRIVER, installDriver } from './install-driver.js';

let workspace = '';
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'driver-'));
  git('init', '--quiet');
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });

it('installDriver() refuses a node that a branch can replace', () => {
  const node = join(workspace, 'node_modules/node/bin/node');
  mkdirSync(join(node, '..'), { recursive: true });
  writeFileSync(node, '');
  expect(() => installDriver(workspace, node)).toThrow(
    saying(/ is in the work tree, .*\n.*secrets:init$/),
  );
  const link = `${workspace}-node`;
  symlinkSync(node, link);
  try {
    expect(() => installDriver(workspace, link)).toThrow('is in the work tree');
  } finally {
    rmSync(link);
  }
  expect(git('config', '--local', '--list')).not.toContain(DRIVER);
});
