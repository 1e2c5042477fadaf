import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';
import { findIdentities } from './find-identities.js';

const KEY = 'AGE-SECRET-KEY-1KNRFP47PQLT37KU7CG40PP8RR2M6DEQ30GVMWL53UNRDW3TEW0PSMSJP7C';

let home = '';
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  home = mkdtempSync(join(tmpdir(), 'identities-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const find = (env: Readonly<Record<string, string>>) =>
  findIdentities(
    placeOf(home, 'prod'),
    { env: { HOME: home, ...env }, warn: (text) => void warnings.push(text) },
    () => Promise.resolve(undefined),
  );
async function errorOf(env: Readonly<Record<string, string>>): Promise<SecretsError> {
  const error: unknown = await find(env).catch((thrown: unknown) => thrown);
  if (error instanceof SecretsError) return error;
  throw new Error('expected a SecretsError', { cause: error });
}

describe('findIdentities()', () => {
  it("takes a key of age's from a variable", async () => {
    expect(await find({ FAIRNESS_AGE_IDENTITY: `# mine\n${KEY}\n` })).toEqual({
      keys: [KEY],
      from: ['FAIRNESS_AGE_IDENTITY'],
    });
  });

  it('shows nothing of a key with a wrong, a missing or an added character', async () => {
    for (let at = 0; at < KEY.length; at++) {
      const other = KEY[at] === 'Q' ? 'P' : 'Q';
      for (const instead of [other, '', `${KEY[at] ?? ''}b`]) {
        const damaged = KEY.slice(0, at) + instead + KEY.slice(at + 1);
        const error = await errorOf({ FAIRNESS_AGE_IDENTITY: damaged });
        expect(error.message).toMatch(/^Cannot use the key from FAIRNESS_AGE_IDENTITY: /);
        const shown = inspect(error, { depth: 9 });
        for (let from = 16; from < KEY.length - 6; from++) {
          expect(shown).not.toContain(KEY.slice(from, from + 6));
        }
      }
    }
  });

  it('shows no key that stands where its path should', async () => {
    const error = await errorOf({ FAIRNESS_AGE_IDENTITY_FILE: KEY.toLowerCase() });
    expect(inspect(error)).not.toMatch(/knrfp/i);
    expect(error.message).toContain('it holds a key, expected a path');
  });

  it('says why a named file cannot be used', async () => {
    const missing = await errorOf({ FAIRNESS_AGE_IDENTITY_FILE: join(home, 'none') });
    expect(missing.message).toMatch(/^Cannot read the key from .*none: there is no such file$/);
    const folder = await errorOf({ FAIRNESS_AGE_IDENTITY_FILE: home });
    expect(folder.message).toMatch(/: it is a folder, expected a file$/);
  });

  it('warns of a file that others may read, wherever it is named', async () => {
    const path = join(home, 'key');
    writeFileSync(path, `${KEY}\n`, { mode: 0o644 });
    await find({ FAIRNESS_AGE_IDENTITY_FILE: path });
    expect(warnings).toEqual([
      `Warning: others on this machine may read ${path}: chmod 600 ${path}`,
    ]);
    chmodSync(path, 0o600);
    warnings = [];
    await find({ FAIRNESS_AGE_IDENTITY_FILE: path });
    expect(warnings).toEqual([]);
  });

  it.each(['/dev/zero', 'pipe'])('reads nothing endless: %s', async (name) => {
    execFileSync('mkfifo', [join(home, 'pipe')]);
    const error = await errorOf({ FAIRNESS_AGE_IDENTITY_FILE: resolve(home, name) });
    expect(error.message).toMatch(/: it is not an ordinary file$/);
  });

  it('passes over a key of SSH that it cannot use, unless that is named', async () => {
    const path = join(home, '.ssh/id_ed25519');
    mkdirSync(join(home, '.ssh'));
    writeFileSync(path, 'damaged\n');
    expect((await find({})).keys).toEqual([]);
    const named = await errorOf({ FAIRNESS_AGE_IDENTITY_FILE: path });
    expect(named.message).toMatch(/^Cannot use the key from .*\/\.ssh\/id_ed25519: /);
  });
});
