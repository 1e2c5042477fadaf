import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { releaseSchema } from '../section/section.js';
import { chooseManager, withCommandsOf } from './choose-manager.js';
import type { ProjectFiles } from './project-files.js';

const commit = '3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3';
const naming = (packageManager: string): ProjectFiles =>
  new Map([['package.json', JSON.stringify({ packageManager })]]);

function commandsOf(files: ProjectFiles, written: object = {}): readonly (string | undefined)[] {
  const section = releaseSchema.parse(written);
  const { install, build } = withCommandsOf(section, chooseManager(files, section, commit));
  return [install?.command, build?.command];
}

describe('chooseManager()', () => {
  it.each([
    ['pnpm@10.12.1', { name: 'pnpm', version: '10.12.1' }],
    ['yarn@4.0.0-rc.45', { name: 'yarn', version: '4.0.0-rc.45' }],
    ['yarn@1.22.22+sha1.0a1b', { name: 'yarn', version: '1.22.22', hash: 'sha1.0a1b' }],
    ['npm@10.9.0', { name: 'npm', version: '10.9.0' }],
    ['bun@1.3.0', { name: 'npm' }],
  ])('takes %s', (text, manager) => {
    expect(chooseManager(naming(text), releaseSchema.parse({}), commit)).toEqual(manager);
  });

  it.each(['pnpm', 'pnpm@10', 'pnpm@^10.0.0', 'yarn@https://x.example/y.js', 'pnpm@10.0.0+md5.0'])(
    'refuses %s',
    (text) => {
      expect(() => chooseManager(naming(text), releaseSchema.parse({}), commit)).toThrow(
        saying(
          `Cannot choose the package manager: "packageManager" in package.json of 3f2a1bc0d4 is "${text}", expected a name and an exact version\n  → such as "packageManager": "pnpm@10.12.1"`,
        ),
      );
    },
  );

  it('takes that of the environment when package.json names none', () => {
    const section = releaseSchema.parse({});
    const choose = (files: ProjectFiles, given: string): unknown =>
      chooseManager(files, section, commit, given);
    const none = new Map([
      ['package.json', '{}'],
      ['pnpm-lock.yaml', ''],
    ]);
    const pnpm = { name: 'pnpm', version: '10.12.1' };
    expect(choose(none, 'pnpm@10.12.1')).toEqual(pnpm);
    expect(choose(naming('bun@1.3.0'), 'pnpm@10.12.1')).toEqual(pnpm);
    expect(choose(naming('yarn@4.9.2'), 'pnpm@10.12.1')).toMatchObject({ name: 'yarn' });
  });

  it('takes devEngines, and looks in the folders above', () => {
    const manifest = (version: string): string =>
      JSON.stringify({ devEngines: { packageManager: [{ name: 'pnpm', version }] } });
    const files = (version: string): ProjectFiles =>
      new Map([
        ['package.json', manifest(version)],
        ['apps/web/package.json', '{}'],
      ]);
    const section = releaseSchema.parse({ directory: 'apps/web' });
    expect(chooseManager(files('10.12.1'), section, commit)).toEqual({
      ...{ name: 'pnpm', version: '10.12.1' },
    });
    expect(() => chooseManager(files('^10'), section, commit)).toThrow(
      saying(
        'Cannot choose the version of pnpm: "devEngines.packageManager" in package.json of 3f2a1bc0d4 has no exact version\n  → add it: "packageManager": "pnpm@<the output of pnpm --version>"',
      ),
    );
  });

  it('refuses a lock file of pnpm or yarn without a version, when it is used', () => {
    const files = new Map([
      ['package.json', '{}'],
      ['yarn.lock', ''],
    ]);
    const message = saying(
      'Cannot deploy 3f2a1bc0d4: it has yarn.lock, and its package.json does not say which version of yarn to use\n  → add a line to package.json: "packageManager": "yarn@<the output of yarn --version>", or to application.node: packageManager: yarn@<its version>',
    );
    expect(() => commandsOf(files)).toThrow(message);
    expect(() => commandsOf(files, { install: 'yarn --prod', build: false })).toThrow(message);
    expect(commandsOf(files, { install: 'make deps' })).toEqual(['make deps', 'npm run build']);
    const both = new Map([...files, ['package-lock.json', '']]);
    expect(commandsOf(both)).toEqual(['npm ci', 'npm run build']);
  });
});

describe('withCommandsOf()', () => {
  it.each([
    ['npm@11.0.0', 'npm ci', 'npm run build'],
    ['pnpm@10.12.1', 'pnpm install --frozen-lockfile', 'pnpm run build'],
    ['yarn@4.9.2', 'yarn install --immutable', 'yarn run build'],
    ['yarn@1.22.22', 'yarn install --frozen-lockfile', 'yarn run build'],
  ])('has the commands of %s', (text, install, build) => {
    expect(commandsOf(naming(text))).toEqual([install, build]);
  });

  it('leaves what is written', () => {
    const files = naming('pnpm@10.12.1');
    expect(commandsOf(files, { install: 'npm ci', build: false })).toEqual(['npm ci', undefined]);
    const artifact = { artifact: { target: 'shop:build', path: 'dist' } };
    expect(commandsOf(files, artifact)).toEqual([undefined, undefined]);
  });

  it('has none without Node.js', () => {
    const plain = withCommandsOf(releaseSchema.parse({}), undefined);
    expect([plain.install, plain.build]).toEqual([undefined, undefined]);
    const written = withCommandsOf(releaseSchema.parse({ install: 'make' }), undefined);
    expect([written.install?.command, written.build]).toEqual(['make', undefined]);
    const given = releaseSchema.parse({ install: { variables: { A: 'b' } }, build: false });
    const pnpm = withCommandsOf(given, { name: 'pnpm', version: '10.12.1' });
    expect(pnpm.install?.command).toBe('pnpm install --frozen-lockfile');
    expect(Object.keys(pnpm.install?.variables ?? {})).toEqual(['A']);
    expect(pnpm.build).toBeUndefined();
  });
});
