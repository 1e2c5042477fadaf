import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '..');

/** The project's own files, by git: other tests make and remove files that it ignores. */
const FILES = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** The package that npx or npm exec would run, in a command line or in a list of words. */
const RUN = /\b(?:npx|npm (?:exec|x))[\s'",[]+(?:-[^\s'",=]*[\s'",[=]+)*(?<name>[@\w][\w./@-]*)/g;

/** Packages that the project itself installs, nx among them, which is the workspace's own. */
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** The names without a scope: anybody may have them in a registry. */
const strangers = (text: string): readonly string[] =>
  [...text.matchAll(RUN)]
    .map(({ groups }) => groups?.['name'] ?? '')
    .filter((name) => !name.startsWith('@') && !Object.hasOwn(devDependencies, name));

// Where a package isn't installed, npx would fetch and run a stranger's.
it('no file of the project has npx or npm exec run what it does not install', () => {
  const files = FILES.filter((file) => file !== 'tools/npx.spec.ts');
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    strangers(readFileSync(join(ROOT, file), 'utf8')).map((name) => [file, name]),
  );
  expect(found).toEqual([]);
});

it.each([
  ['npx fairness-deploy plan', 'fairness-deploy'],
  ['npx --yes fairness-deploy', 'fairness-deploy'],
  ['npx -p fairness-deploy plan', 'fairness-deploy'],
  ['npx --package=some-tool plan', 'some-tool'],
  ['npm exec fairness-secrets', 'fairness-secrets'],
  ['npm exec -- some-tool', 'some-tool'],
  [`run('npx', ['some-tool', 'x'])`, 'some-tool'],
])('it is found: %s', (text, name) => {
  expect(strangers(text)).toEqual([name]);
});

it.each(['npx nx run prod:plan', 'npx @scope/tool', 'npx: where', `run('npx', ['nx', 'run'])`])(
  'it is none: %s',
  (text) => {
    expect(strangers(text)).toEqual([]);
  },
);

it('messages have one form of the command, which needs no nx in PATH', () => {
  const found = FILES.filter((file) => /^packages\/.*(?<!\.spec)\.ts$/.test(file))
    .map((file) => join(ROOT, file))
    .flatMap((path) =>
      // With the name filled in: a command to paste, not a mention.
      [...readFileSync(path, 'utf8').matchAll(/(?<!npx )\bnx (?:run \$\{name|g @)[^`\n]*/g)].map(
        ([text]) => text,
      ),
    );
  expect(found).toEqual([]);
});
