import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sh } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import { releaseFiles } from '../section/release-file.js';
import { releaseSchema } from '../section/section.js';
import { application, environment } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';
import { repositoryIn } from '../testing/repository-in.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { dependenciesKey, keepDependencies, pruneDependencies } from './dependencies.js';
import { addInputs } from './install-inputs.js';
import type { ReleaseSpec } from './release-spec.js';

const ID = '20261123-101502-3f2a1bc';

/** A release that is a repository with files in it. */
function releaseWith(files: Readonly<Record<string, string>>) {
  const home = temporaryFolder();
  const folder = join(home, 'releases', ID);
  mkdirSync(folder, { recursive: true });
  const repository = repositoryIn(folder);
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(more)) repository.write(path, text);
    repository.commit('files');
  };
  write(files);
  return { home, write };
}

type Made = ReturnType<typeof releaseWith>;

function specOf(home: string, section: object = {}, node = '20.20.2'): ReleaseSpec {
  const about = deploymentOf();
  const own = { ...application, home };
  const layout = layoutOf(own);
  const parsed = releaseSchema.parse(section);
  const { directory } = parsed;
  const runtime = { node };
  const release = releaseIn(layout, {
    ...{ id: ID, commit: about.commit, directory, programs: [], runtime },
  });
  const transfer = { from: 'host' } as const;
  const hosts = ['web'];
  return {
    application: own,
    environment,
    hosts,
    section: parsed,
    files: releaseFiles(parsed.files, {
      environment,
      host: { name: 'web', address: 'web', sudo: false },
    }),
    layout,
    release,
    transfer,
    about,
    configuration: {},
  };
}

function keyOf({ home }: Made, section: object = {}, node?: string): string {
  const spec = specOf(home, section, node);
  const { install } = spec.section;
  if (!install) throw new Error('no command');
  mkdirSync(spec.layout.dependencies, { recursive: true });
  const input = sh`
    fd_key=$(
      ${dependenciesKey(spec, install.command)}
    )
    case $fd_key in
      *[!0-9a-f]*) ;;
      *) ${addInputs(spec, install)} ;;
    esac
    printf '%s\n' "$fd_key"`;
  return execFileSync('dash', ['-eus'], { input: input.reveal(), encoding: 'utf8' }).trimEnd();
}

const secret = (text: string): Text => Text.of(new Secret('token', text));

const LOCKED = { 'package.json': '{}', 'package-lock.json': '{}' };

describe('dependenciesKey()', () => {
  it('changes with all that they follow from, and with nothing else', () => {
    const made = releaseWith({ ...LOCKED, 'apps/web/package.json': '{}' });
    const first = keyOf(made);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const { write } = made;
    write({ 'src/index.js': 'x' });
    expect(keyOf(made, { build: 'other', keep: 9 })).toBe(first);
    const others = [
      keyOf(made, {}, '22.0.0'),
      keyOf(made, { install: 'npm ci --omit=optional' }),
      keyOf(made, { directory: 'apps/web' }),
    ];
    const changes = [
      { 'package-lock.json': '{ }' },
      { 'apps/web/package.json': '{ }' },
      { 'apps/web/yarn.lock': 'x' },
      { '.npmrc': 'x' },
      { 'pnpm-workspace.yaml': 'x' },
    ];
    for (const change of changes) {
      write(change);
      others.push(keyOf(made));
    }
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('takes in what is named, files and folders of any name', () => {
    const names = { "it's $(id)": 'x', 'prisma/a': 'x', 'prisma/*': 'x' };
    const made = releaseWith({ ...LOCKED, ...names, 'prisma/b': 'x' });
    const section = { installInputs: ["it's $(id)", 'prisma/*'], install: 'make anything' };
    const first = keyOf(made, section);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    // No pattern.
    made.write({ 'prisma/a': 'y' });
    expect(keyOf(made, section)).toBe(first);
    made.write({ "it's $(id)": 'y' });
    expect(keyOf(made, section)).not.toBe(first);
    const folder = keyOf(made, { installInputs: ['prisma'] });
    made.write({ 'prisma/b': 'y' });
    expect(keyOf(made, { installInputs: ['prisma'] })).not.toBe(folder);
  });

  it.each([
    ['there is no lock file', { 'package.json': '{}' }, {}, 'there is no lock file'],
    [
      'a script is run',
      { ...LOCKED, 'apps/web/package.json': '{"scripts":{"postinstall" : "x"}}' },
      {},
      'has scripts that installing runs',
    ],
    [
      'what is named is not there',
      { ...LOCKED, here: 'x' },
      { installInputs: ['here', 'not-here'] },
      'the commit lacks one of the "installInputs"',
    ],
    ['the command does more', LOCKED, { install: 'npm ci && npm run more' }, 'does more than'],
    ['the command is a script', LOCKED, { install: 'npm run deps' }, 'does more than'],
  ])('is a sentence when %s', (_, files, section, message) => {
    const key = keyOf(releaseWith(files), section);
    expect(key).toMatch(/^Dependencies are not kept for the next release: /);
    expect(key).toContain(message);
  });

  it.each([
    'npm ci',
    ' npm ci --no-audit',
    'npm install',
    'yarn',
    'yarn install --frozen-lockfile',
    'pnpm i',
  ])('is a key for %s', (install) => {
    expect(keyOf(releaseWith(LOCKED), { install })).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is made by a script without fault', async () => {
    for (const section of [{}, { installInputs: ['a'] }, { install: 'make' }]) {
      const spec = specOf('/srv/shop', section);
      await checkShell(dependenciesKey(spec, spec.section.install?.command ?? ''));
    }
  });
});

describe('addInputs()', () => {
  const NONE = { command: '', variables: {}, secrets: [] };
  const content = (text: string) => ({ content: secret(text) });

  it('changes the key with variables and files that install can read, and with no others', () => {
    const made = releaseWith({ ...LOCKED });
    const command = 'npm ci';
    const first = keyOf(made);
    expect(keyOf(made, { files: { a: { ...content('x'), when: 'build' } } })).toBe(first);
    expect(keyOf(made, { files: { a: { ...content('x'), when: 'start' } } })).toBe(first);
    expect(keyOf(made, { build: { variables: { A: 'x' } }, install: { command } })).toBe(first);
    const sections = [
      {},
      { install: { variables: { A: 'x' } } },
      { install: { variables: { A: 'y' } } },
      { install: { variables: { A: secret('x') } } },
      { install: { variables: { A: secret('y') } } },
      { install: { secrets: ['token'] } },
      { files: { a: content('x') } },
      { files: { a: content('y') } },
      { files: { b: content('y') } },
      { files: { b: { content: 'y' } } },
    ];
    const keys = sections.map((section) => keyOf(made, section));
    expect(new Set(keys).size).toBe(sections.length);
    // Not another one each time.
    expect(sections.map((section) => keyOf(made, section))).toEqual(keys);
  });

  it('makes a key of secrets that only a reader of the salt can compute', () => {
    const section = { install: { variables: { A: secret('x') } } };
    const hosts = [releaseWith(LOCKED), releaseWith(LOCKED)];
    expect(new Set(hosts.map((host) => keyOf(host, section))).size).toBe(2);
    const plain = { install: { variables: { A: 'x' } } };
    expect(new Set(hosts.map((host) => keyOf(host, plain))).size).toBe(1);
    const [{ home }] = hosts as [Made];
    const { dependencies } = specOf(home).layout;
    expect(statSync(join(dependencies, '.salt')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dependencies)).toEqual(['.salt']);
  });

  it('makes any command with named inputs a key, also when those are written', () => {
    const made = releaseWith({ ...LOCKED, Makefile: 'x', 'apps/web/x': '' });
    const install = 'make install';
    const files = { 'a/.env': content('x') };
    expect(keyOf(made, { install, files })).toContain('does more than');
    for (const section of [
      { installInputs: ['Makefile'] },
      { installInputs: ['a/.env'] },
      { installInputs: ['a/.env', 'Makefile'] },
      { installInputs: ['apps/web/a/.env'], directory: 'apps/web' },
    ]) {
      expect(keyOf(made, { install, files, ...section })).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(keyOf(made, { install, files, installInputs: ['.env'] })).toContain('the commit lacks');
    expect(keyOf(made, { files: { 'a/package.json': { content: '{}' } } })).toContain(
      'writes a package.json',
    );
  });

  it('is a script without fault, which shows no secret', async () => {
    for (const section of [
      { files: { "it's": content('s3cret') } },
      { install: { variables: { A: secret('s3cret') } } },
      { install: { variables: { A: 'plain' } } },
    ]) {
      const spec = specOf('/srv/shop', section);
      const script = addInputs(spec, spec.section.install ?? NONE);
      await checkShell(script);
      expect(script.reveal()).not.toContain('s3cret');
    }
  });
});

describe('keepDependencies()', () => {
  const key = 'a'.repeat(64);

  /** Keeps what is in two folders, with programs of its own instead of the real ones. */
  function keep(
    programs: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
    { section = {}, installed = () => undefined }: Keeping = {},
  ) {
    const { home } = releaseWith({
      ...{ ...LOCKED, 'apps/web/package.json': '{}', 'odd\nname/x': 'x', 'uploads/.keep': '' },
    });
    const spec = specOf(home, section);
    const { dependencies } = spec.layout;
    const root = join(spec.layout.releases, ID);
    const folders = ['node_modules/one', 'apps/web/node_modules/two', ...more];
    for (const folder of folders) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, 'index.js'), '');
    }
    mkdirSync(dependencies, { recursive: true });
    installed(spec.release.path);
    const all = {
      // The user of the test is neither root nor another user.
      runuser: 'exec sh -eus',
      setpriv: 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
      chown: ':',
      ...programs,
    };
    for (const [name, script] of Object.entries(all)) {
      const path = join(home, name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    }
    const { status, stdout } = spawnSync('dash', ['-eus'], {
      input: `fd_key=${key}\n${keepDependencies(spec).reveal()}`,
      encoding: 'utf8',
      env: { PATH: `${home}:${String(process.env['PATH'])}` },
    });
    const kept = folders.filter((folder) => existsSync(join(dependencies, key, folder)));
    return { status, stdout, kept, left: readdirSync(dependencies).sort() };
  }

  /** The real program, from one that stands in for it. */
  const REAL = 'env PATH="${PATH#*:}"';

  const unkept = {
    status: 0,
    stdout: 'The dependencies could not be kept for the next release\n',
    left: [],
  };

  it('keeps what installing has added', () => {
    expect(keep()).toEqual({
      status: 0,
      stdout: '',
      kept: ['node_modules/one', 'apps/web/node_modules/two'],
      left: [`${ID}.key`, key],
    });
  });

  it.each([
    [
      'git cannot tell what is new',
      { git: `case $* in *ls-files*) exit 1 ;; esac; ${REAL} git "$@"` },
    ],
    ['git cannot tell what has changed', { git: `[ "$1" != diff ] || exit 1; ${REAL} git "$@"` }],
    ['not all folders can be found', { find: `${REAL} find "$@"; exit 1` }],
    ['they cannot be read', { tar: `${REAL} tar "$@" && [ "$1" != --create ]` }],
  ])('keeps nothing when %s', (_, programs) => {
    expect(keep(programs)).toMatchObject(unkept);
  });

  it('keeps nothing when a folder has a name that it would mistake', () => {
    expect(keep({}, ['odd\nname/node_modules/three'])).toMatchObject({ status: 0, left: [] });
  });

  it.each([
    ['', "it's/.env"],
    ['apps/web', '.env'],
  ])(
    "keeps what is installed beside the section's own files and folders, in '%s'",
    (directory, path) => {
      const section = {
        ...(directory !== '' && { directory }),
        files: { [path]: { content: secret('x') } },
        shared: ['uploads'],
      };
      const installed = (folder: string): void => {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), 'x');
        rmSync(join(folder, 'uploads'), { recursive: true, force: true });
        symlinkSync('/', join(folder, 'uploads'));
      };
      expect(keep({}, [], { section, installed })).toMatchObject({
        ...{ status: 0, stdout: '' },
        left: [`${ID}.key`, key],
      });
    },
  );

  it('keeps nothing when installing changes a file of the section', () => {
    const section = { files: { '.env': { content: secret('x') } } };
    const installed = (folder: string): void => {
      writeFileSync(join(folder, '.env'), 'y');
    };
    expect(keep({}, [], { section, installed })).toMatchObject({
      stdout:
        'Dependencies are not kept for the next release: installing writes one of the "files", too\n',
      left: [],
    });
  });

  it.each([
    ['an empty folder', 'empty', 'empty/'],
    ['a folder that has dependencies only', 'new/node_modules/x', 'new/'],
  ])('keeps nothing when installing makes %s, too', (_, folder, told) => {
    const section = { files: { 'a/b/.env': { content: 'x' } }, shared: ['c/uploads'] };
    const installed = (release: string): void => {
      for (const path of ['a/b', 'c', folder]) mkdirSync(join(release, path), { recursive: true });
      writeFileSync(join(release, 'a/b/.env'), 'x');
      symlinkSync('/', join(release, 'c/uploads'));
    };
    expect(keep({}, [], { section, installed })).toMatchObject({
      stdout: `Dependencies are not kept for the next release: installing writes ${told}, too\n`,
      left: [],
    });
  });

  it('keeps nothing when installing writes elsewhere, too', () => {
    expect(keep({}, ['made'])).toMatchObject({
      stdout:
        'Dependencies are not kept for the next release: installing writes made/index.js, too\n',
      left: [],
    });
  });
});

/** What a release has besides its dependencies. */
interface Keeping {
  readonly section?: object;
  /** Does what the deployment and `install` do in the release's folder. */
  readonly installed?: (folder: string) => void;
}

describe('pruneDependencies()', () => {
  it('leaves what a release uses, and nothing else', () => {
    const home = temporaryFolder();
    const layout = layoutOf({ name: 'shop', home });
    const used = 'a'.repeat(64);
    const unused = 'b'.repeat(64);
    const gone = '20261122-101502-3f2a1bc';
    mkdirSync(join(layout.releases, ID), { recursive: true });
    for (const name of [used, unused, `.${gone}`, `.${gone}.new`]) {
      mkdirSync(join(layout.dependencies, name, 'node_modules'), { recursive: true });
    }
    writeFileSync(join(layout.dependencies, `${ID}.key`), `${used}\n`);
    writeFileSync(join(layout.dependencies, `${gone}.key`), `${unused}\n`);
    const prune = (): readonly string[] => {
      execFileSync('dash', ['-us'], { input: pruneDependencies(layout).reveal() });
      return readdirSync(layout.dependencies).sort();
    };
    expect(prune()).toEqual([`${ID}.key`, used]);
    expect(prune()).toEqual([`${ID}.key`, used]);
    writeFileSync(join(layout.dependencies, `${ID}.key`), '');
    expect(prune()).toEqual([`${ID}.key`]);
  });
});
