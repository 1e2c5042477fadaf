import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { hasSection } from './has-section.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

function has(text: string, shared = ''): boolean {
  workspace = temporaryWorkspace({ 'environments/shop.yaml': shared });
  return hasSection(workspace.write('environments/a/environment.yaml', text), 'sandbox');
}

it.each(['/dev/zero', '..', '../shop.yaml'])(
  'hasSection() answers at once when a file extends %s',
  (parent) => {
    // More than an environment file may have.
    expect(has(`extends: ${parent}\n`, 'sandbox: {}\n'.padEnd(300_000, '#'))).toBe(false);
  },
);

describe('hasSection()', () => {
  it.each([
    ['a map', 'hosts:\n  web:\nsandbox:\n  memory: 1G\n'],
    ['a map in braces', 'sandbox: { memory: 1G }'],
    ['an empty map', 'sandbox: {} # here'],
    ['nothing but the key', 'sandbox:\nhosts: {}'],
    ['a quoted key', '"sandbox": {}'],
    ['Windows line ends', 'hosts: {}\r\nsandbox:\r\n  memory: 1G\r\n'],
    ['a broken file', '}}}\n\tx\nsandbox: ['],
  ])('finds a section that is %s', (_, text) => {
    expect(has(text)).toBe(true);
  });

  it.each([
    ['a comment', '# sandbox: {}'],
    ['a key further in', 'application:\n  sandbox: {}'],
    ['a longer key', 'sandboxes: {}'],
    ['a text', 'hosts: sandbox:'],
    ['nothing', ''],
  ])('is not misled by %s', (_, text) => {
    expect(has(text)).toBe(false);
  });

  it('finds an inherited section, unless null removes it', () => {
    const shared = 'sandbox: { memory: 1G }';
    expect(has('extends: ../shop.yaml', shared)).toBe(true);
    workspace.dispose();
    expect(has("extends: '../shop.yaml'   # all of us\nsandbox: null", shared)).toBe(false);
    workspace.dispose();
    expect(has('extends: ../shop.yaml\nsandbox:\n\n# no more\nhosts:\n  web:', shared)).toBe(false);
    workspace.dispose();
    const more = 'extends: ../shop.yaml\nsandbox:\n  # more\n  memory: 2G\nhosts:\n  web:\n';
    expect(has(more, shared)).toBe(true);
    workspace.dispose();
    expect(has(more.replaceAll('\n', '\r\n'), shared)).toBe(true);
  });

  it('never throws', () => {
    expect(has('extends: ../missing.yaml')).toBe(false);
    workspace.dispose();
    expect(has('extends: environment.yaml')).toBe(false);
    workspace.dispose();
    expect(has('extends: "\0"')).toBe(false);
    expect(hasSection(join(workspace.folder, 'environments'), 'sandbox')).toBe(false);
  });
});
