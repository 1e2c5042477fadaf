import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variablesFile, variablesOf, withoutSecrets, withPortsOf } from './variables-file.js';
import { layoutOf } from './layout.js';
import { releaseIn } from './release.js';
import { application } from '../testing/application.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

const anything = fc
  .string({ unit: 'binary', maxLength: 60 })
  .filter((text) => !text.includes('\0'));

const variables = (values: readonly string[]): ReadonlyMap<string, Text> =>
  new Map(values.map((value, at) => [`V${String(at)}`, Text.of(value)]));

describe('variablesFile()', () => {
  it.each(['dash', 'bash'])(
    'hands any values over unchanged to a process started by %s',
    (shell) => {
      const file = join(temporaryFolder(), 'env');
      const wrapper = 'set -eu; set -a; . "$1"; set +a; exec env -0';
      fc.assert(
        fc.property(fc.array(anything, { minLength: 1, maxLength: 20 }), (values) => {
          writeFileSync(file, variablesFile(variables(values)).reveal());
          const seen = execFileSync(shell, ['-c', wrapper, shell, file], {
            env: { PATH: process.env['PATH'] },
            encoding: 'utf8',
            // With a socket there, bash takes itself for a remote shell and reads ~/.bashrc.
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          const found = new Map(seen.split('\0').map((line) => cut(line)));
          values.forEach((value, at) => {
            expect(found.get(`V${String(at)}`)).toBe(value);
          });
        }),
        { numRuns: 60 },
      );
    },
  );

  it('is read alike by Node, unless a value holds a single quote or a carriage return', () => {
    const plain = anything.filter((text) => !/['\r]/.test(text));
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 10 }), (values) => {
        const expected = Object.fromEntries(values.map((value, at) => [`V${String(at)}`, value]));
        expect({ ...parseEnv(variablesFile(variables(values)).reveal()) }).toEqual(expected);
      }),
    );
  });

  it('masks secrets for people', () => {
    const url = Text.of('postgres://app:', new Secret('pw', "it's"), '@db/app');
    const file = variablesFile(new Map([['DATABASE_URL', url]]));
    expect(String(file)).toBe("DATABASE_URL='postgres://app:***@db/app'\n");
    expect(file.reveal()).toBe("DATABASE_URL='postgres://app:it'\\''s@db/app'\n");
  });

  it.each(['', '1A', 'A-B', 'A B', 'A=B', 'É'])('refuses the name %j', (name) => {
    expect(() => variablesFile(new Map([[name, Text.of('x')]]))).toThrow(RangeError);
  });

  it('refuses a value with a NUL', () => {
    expect(() => variablesFile(new Map([['A', Text.of('a\0b')]]))).toThrow(/A: .*NUL/);
  });
});

describe('withoutSecrets()', () => {
  it('leaves out what holds a secret', () => {
    const all = new Map([
      ['A', Text.of('a')],
      ['B', Text.of('b', new Secret('s', 'x'))],
    ]);
    expect([...withoutSecrets(all).keys()]).toEqual(['A']);
  });
});

describe('withPortsOf()', () => {
  const urlOf = (process: string, colour: 'blue' | 'green'): string => {
    const env = { URL: Text.of(`http://127.0.0.1:\0port ${process}\0/`) };
    return String(new Map(withPortsOf(application, env, colour)).get('URL'));
  };

  it('fills in where the processes of its own colour listen', () => {
    expect(urlOf('api', 'green')).toBe('http://127.0.0.1:3100/');
    expect(urlOf('api', 'blue')).toBe('http://127.0.0.1:3000/');
  });

  it('refuses the port of a process that is not there', () => {
    expect(() => urlOf('other', 'blue')).toThrow(
      'Cannot fill in the port of "other": no such process listens',
    );
  });
});

describe('variablesOf()', () => {
  const release = releaseIn(layoutOf(application), {
    id: '20261123-101502-3f2a1bc',
    commit: 'c',
    directory: undefined,
    programs: [],
    runtime: { node: '20.20.2' },
  });
  it('tells last what runs, and lets nothing else say so', () => {
    const env = { COMMIT: Text.of('x'), NODE_ENV: Text.of('test') };
    const all = variablesOf({ ...application, env }, release);
    expect(String(all.get('COMMIT'))).toBe('c');
    expect(String(all.get('NODE_ENV'))).toBe('test');
    expect(String(all.get('RELEASE'))).toBe(release.id);
  });

  it('keeps pnpm from installing when it runs a script', () => {
    const runtimeOf = (manager: { name: 'pnpm' | 'yarn'; version: string }) => ({
      ...release,
      runtime: { node: '24.11.1', manager },
    });
    const name = 'pnpm_config_verify_deps_before_run';
    const pnpm = variablesOf(application, runtimeOf({ name: 'pnpm', version: '11.1.1' }));
    expect(String(pnpm.get(name))).toBe('false');
    const yarn = variablesOf(application, runtimeOf({ name: 'yarn', version: '4.9.2' }));
    expect(yarn.has(name)).toBe(false);
  });

  it('has nothing of Node.js in a release without it', () => {
    const { runtime, ...plain } = release;
    expect(runtime).toBeDefined();
    const all = variablesOf(application, plain);
    expect(String(all.get('PATH'))).toBe('/usr/local/bin:/usr/bin:/bin');
    expect(all.has('NODE_ENV')).toBe(false);
    expect(String(variablesOf(application, release).get('NODE_ENV'))).toBe('production');
  });
});

function cut(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
