import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defineResource } from '../resource/define-resource.js';
import { sh, type Script } from '@fairness-deploy/shell';
import { checkResourceContract, type HostAnswer } from './resource-contract.js';

const folder = mkdtempSync(join(tmpdir(), 'contract-spec-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (script: Script): Promise<HostAnswer> =>
  new Promise((resolve) => {
    const child = execFile('dash', ['-s'], { encoding: 'buffer' }, (error, stdout, stderr) => {
      resolve({ status: error ? 1 : 0, stdout, stderr: stderr.toString() });
    });
    child.stdin?.end(script.reveal());
  });

/** A note in a file; `write` is what each test gets wrong. */
const noteType = (write: (path: string, text: string) => Script) =>
  defineResource<{ name: string; text: string }, { text: string }>({
    type: 'note',
    name: ({ name }) => name,
    read: ({ name }) => sh`cat ${join(folder, name)} 2>/dev/null || :`,
    parse: (text) => ({ text }),
    desired: ({ text }) => ({ text }),
    write: ({ name, text }) => write(join(folder, name), text),
    remove: ({ name }) => sh`rm -f ${join(folder, name)}`,
  });

const good = noteType((path, text) => sh`printf %s ${text} >${path}`);

describe('checkResourceContract()', () => {
  it('is content with a type that converges', async () => {
    await checkResourceContract({
      run,
      resource: good({ name: 'good', text: 'a' }),
      drift: sh`echo spoilt >${join(folder, 'good')}`,
      changed: good({ name: 'good', text: 'b' }),
      absent: good({ name: 'good', text: '' }, { ensure: 'absent' }),
    });
  });

  it('tells a type that does not make what it should', async () => {
    const wrong = noteType((path, text) => sh`echo ${text} >${path}`);
    await expect(
      checkResourceContract({ run, resource: wrong({ name: 'wrong', text: 'a' }) }),
    ).rejects.toThrow('note:wrong, when absent, applied once: something is still to be done');
  });

  it('tells a type that works only once', async () => {
    const once = noteType((path, text) => sh`printf %s ${text} >>${path}`);
    await expect(
      checkResourceContract({ run, resource: once({ name: 'once', text: 'a' }) }),
    ).rejects.toThrow('note:once, when absent, applied twice: something is still to be done');
  });

  it('tells a type that does not notice that it was spoilt', async () => {
    await expect(
      checkResourceContract({ run, resource: good({ name: 'blind', text: 'a' }), drift: sh`:` }),
    ).rejects.toThrow('note:blind, when spoilt: no change is planned');
  });

  it('tells what a failing script has printed', async () => {
    const failing = noteType(() => sh`echo 'out of luck' >&2; exit 3`);
    await expect(
      checkResourceContract({ run, resource: failing({ name: 'failing', text: 'a' }) }),
    ).rejects.toThrow(/applied once, failed: out of luck/);
  });
});
