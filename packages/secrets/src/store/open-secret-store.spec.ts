import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { placeOf } from '../environment/place.js';
import { NO_SECTION, type SecretsSection } from '../environment/section.js';
import { sealText } from '../file/secrets-file.js';
import { openSecretStore } from './open-secret-store.js';

const PASSWORD = { bytes: Buffer.from('correct horse'), from: 'the test' };

let workspace = '';
let warnings: string[] = [];
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'secrets-'));
  mkdirSync(join(workspace, 'environments/prod'), { recursive: true });
  warnings = [];
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

function open(text: string, section: SecretsSection, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(workspace, 'environments/prod/secrets.yaml'), text);
  return openSecretStore(placeOf(workspace, 'prod'), section, {
    env: { FAIRNESS_VAULT_PASSWORD: 'correct horse', ...env },
    warn: (warning) => void warnings.push(warning),
  });
}

describe('openSecretStore()', () => {
  it('refuses a value that stands unencrypted beside encrypted ones, unless a variable gives it', async () => {
    const sealed = await sealText('a: hunter2\n', {
      format: 'ansible-vault-values',
      password: PASSWORD,
    });
    const text = `${sealed}b: written by anybody\n`;
    await expect(open(text, NO_SECTION)).rejects.toThrow(
      saying(
        'Cannot use environments/prod/secrets.yaml: b stands there unencrypted, so anyone with write access to the repository could have changed it\n  → npx nx run prod:secrets-rekey encrypts all',
      ),
    );
    const store = await open(text, NO_SECTION, { FAIRNESS_SECRET_B: 'given' });
    expect(store.get('b').reveal()).toBe('given');
  });

  it('warns of placeholders but for deprecated secrets and those that a variable gives', async () => {
    const text = await sealText('a: changeme\nb: none\nc: TODO\nd: right\n', {
      format: 'ansible-vault',
      password: PASSWORD,
    });
    const declared = { description: '', required: true, deprecated: false, confidential: true };
    const names = { a: declared, b: { ...declared, deprecated: true }, c: declared, d: declared };
    await open(text, { ...NO_SECTION, names }, { FAIRNESS_SECRET_C: 'right' });
    expect(warnings).toEqual([
      'Warning: the secret a is a placeholder: npx nx run prod:secrets-set --name=a',
    ]);
  });
});
