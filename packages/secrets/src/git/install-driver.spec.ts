import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { placeOf } from '../environment/place.js';
import { NO_SECTION } from '../environment/section.js';
import { openSecretStore } from '../open-secret-store.js';
import { DRIVER, installDriver, unsafeDriverNotice } from './install-driver.js';

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

describe('a clone of before', () => {
  it.each([
    [`diff.${DRIVER}.textconv`, 'node_modules/.bin/fairness-secrets textconv .'],
    [`merge.${DRIVER}.driver`, 'f() { d="$(git rev-parse --git-common-dir)/x"; node "$d"; }; f'],
  ])('has what git runs for secrets told: %s', async (key, command) => {
    expect(unsafeDriverNotice(workspace)).toBeUndefined();
    git('config', key, command);
    expect(unsafeDriverNotice(workspace)).toMatch(/a branch can replace: npx nx g @.*:init$/);
    const said: string[] = [];
    const world = { env: {}, warn: (text: string) => void said.push(text) };
    await openSecretStore(placeOf(workspace, 'prod'), NO_SECTION, world);
    expect(said.join()).toMatch(/^Warning: for secrets, git runs a program/);
  });
});
