import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { parseVersion, wantedNode } from './wanted-node.js';

const of = { commit: '3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3', directory: undefined };

describe('parseVersion()', () => {
  it.each([
    ['24.11.1', { range: '24.11.1', exact: '24.11.1' }],
    ['v24.11.1', { range: '24.11.1', exact: '24.11.1' }],
    ['=24.11.1', { range: '24.11.1', exact: '24.11.1' }],
    ['24', { range: '>=24.0.0 <25.0.0-0' }],
    ['v24.11', { range: '>=24.11.0 <24.12.0-0' }],
    ['20.x || >=22', { range: '>=20.0.0 <21.0.0-0||>=22.0.0' }],
    ['*', { range: '*' }],
    ['lts', { range: '*', lts: true }],
    ['lts/*', { range: '*', lts: true }],
    ['lts/Krypton', { range: '*', lts: 'krypton' }],
    ['node', { range: '*', newest: true }],
    ['stable', { range: '*', newest: true }],
  ])('reads %s', (text, wanted) => {
    expect(parseVersion(text)).toEqual({ shown: text, ...wanted });
  });

  it.each(['', 'system', '$(id)', '24 apples', '../x', 'lts/-1'])('does not read %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });
});

describe('wantedNode()', () => {
  const from = (path: string, text: string) =>
    wantedNode({ file: path }, new Map([[path, text]]), of);

  it.each([
    ['.nvmrc', 'v24.11.1\n', 'v24.11.1', '.nvmrc'],
    ['.nvmrc', '# ours\n\nlts/* # the newest\r\n', 'lts/*', '.nvmrc'],
    ['.node-version', '\uFEFF22\n', '22', '.node-version'],
    ['package.json', '{"engines":{"node":">=20"}}', '>=20', 'package.json, engines.node'],
    [
      'package.json',
      '{"engines":{"node":">=20"},"volta":{"node":"22.21.0"}}',
      '22.21.0',
      'package.json, volta.node',
    ],
    [
      'package.json',
      '{"devEngines":{"runtime":[{"name":"bun"},{"name":"node","version":"^24"}]}}',
      '^24',
      'package.json, devEngines.runtime',
    ],
  ])('reads %s: %j', (path, text, shown, where) => {
    expect(from(path, text)).toMatchObject({ shown, from: where });
  });

  it("prefers the application's folder to those above it", () => {
    const files = new Map([
      ['.nvmrc', '20'],
      ['apps/.nvmrc', '22'],
    ]);
    const wanted = wantedNode({ file: '.nvmrc' }, files, { ...of, directory: 'apps/web' });
    expect(wanted).toMatchObject({ shown: '22', from: 'apps/.nvmrc' });
  });

  it('takes the version of the environment as it is', () => {
    expect(wantedNode({ version: '24' }, new Map(), of)).toEqual({
      ...{ shown: '24', range: '>=24.0.0 <25.0.0-0' },
    });
  });

  it('says what is missing, or not understood', () => {
    expect(() => wantedNode({ file: '.nvmrc' }, new Map(), of)).toThrow(
      saying(
        'Cannot choose the Node.js of 3f2a1bc0d4: the commit has no file .nvmrc, which application.node names\n  → add it and commit, or name the version: node: 24',
      ),
    );
    expect(() => from('.nvmrc', 'system')).toThrow(
      saying(
        'Cannot choose the Node.js of 3f2a1bc0d4: .nvmrc has "system", expected a version or a range of versions\n  → such as 24.11.1, 24 or lts/*',
      ),
    );
    expect(() => from('.nvmrc', '# nothing')).toThrow('.nvmrc has ""');
    expect(() => from('package.json', '{}')).toThrow(
      saying(
        'Cannot choose the Node.js of 3f2a1bc0d4: package.json does not name one\n  → add it: "engines": { "node": "24.x" }',
      ),
    );
    expect(() => from('package.json', '{"engines":{"node":20}}')).toThrow(
      'package.json, engines.node has "20"',
    );
    expect(() => from('package.json', '{')).toThrow(
      'Cannot read package.json of 3f2a1bc0d4: it is not valid JSON',
    );
    expect(() => from('package.json', '[]')).toThrow('expected an object');
  });
});
