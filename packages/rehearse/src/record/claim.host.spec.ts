import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHost, hostKey, startHost, stopHost, withLock } from '@fairness-deploy/sandbox';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nameOnStage } from '../hosts/host-names.js';
import { claimStage, removeRehearsal } from './claim.js';
import { readRecord, removeRecord, writeRecord } from './record.js';
import { pathsOf } from '../state/state-folder.js';

const workspace = mkdtempSync(join(tmpdir(), 'claim-'));
const of = { environment: 'prod', workspace };
const JANITOR = join(__dirname, '../../dist/record/janitor-process.js');

const said: string[] = [];
const options = { report: (text: string) => void said.push(text), patience: 0.5 };

beforeEach(() => {
  said.length = 0;
  removeRecord(of);
});
afterAll(() => {
  removeRecord(of);
  rmSync(workspace, { recursive: true });
});

/** A janitor whose rehearsal has just been killed. @returns its exit status. */
async function endOfJanitor(id: string): Promise<number | null> {
  const janitor = spawn(process.execPath, [JANITOR, workspace, 'prod', id], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: childEnvironment(),
  });
  const exit = once(janitor, 'exit');
  janitor.stdin.end();
  await exit;
  return janitor.exitCode;
}

describe('claimStage()', () => {
  it('is for one rehearsal at a time', async () => {
    await claimStage(of, options, async (id) => {
      expect(readRecord(of)).toEqual({ id, pid: process.pid, state: 'running' });
      await expect(claimStage(of, options, () => Promise.resolve())).rejects.toThrow(
        `Cannot rehearse prod: another rehearsal of it runs (process ${String(process.pid)})`,
      );
      await expect(removeRehearsal(of, options)).rejects.toThrow('Cannot remove the rehearsal');
    });
  });

  it('takes over what was left, and leaves what was kept until it is removed', async () => {
    const id = await claimStage(of, options, (first) => Promise.resolve(first));
    const next = await claimStage(of, options, (second) => {
      writeRecord(of, { id: second, pid: process.pid, state: 'kept' });
      return Promise.resolve(second);
    });
    expect(next).not.toBe(id);
    await expect(claimStage(of, options, () => Promise.resolve())).rejects.toThrow('were kept');
    expect(await removeRehearsal(of, options)).toBe(true);
    expect(await removeRehearsal(of, options)).toBe(false);
  });

  it("refuses hosts without a record here, and leaves a sandbox's own ones alone", async () => {
    const own = hostKey('rehearsal', 'web.prod', workspace);
    const kept = { name: nameOnStage('web', 'prod'), workspace };
    await Promise.all([own, kept].map((key) => startHost(key)));
    try {
      await expect(claimStage(of, options, () => Promise.resolve())).rejects.toThrow(
        /there are hosts of an earlier rehearsal.*under another XDG_STATE_HOME/,
      );
      expect((await findHost(kept))?.status).toBe('running');
      expect(await removeRehearsal(of, options)).toBe(true);
      expect(await findHost(kept)).toBeUndefined();
      expect((await findHost(own))?.status).toBe('running');
      await claimStage(of, options, () => Promise.resolve());
      expect((await findHost(own))?.status).toBe('running');
    } finally {
      await Promise.all([own, kept].map((key) => stopHost(key)));
    }
  });

  it('says that it waits for a janitor, and does not wait for ever', async () => {
    writeRecord(of, { id: 'earlier', pid: process.pid, state: 'removing' });
    await withLock(pathsOf(of).lock, async () => {
      await expect(claimStage(of, options, () => Promise.resolve())).rejects.toMatchObject({
        hint: expect.stringContaining(pathsOf(of).janitorLog) as string,
      });
    });
    expect(said).toEqual(['Waiting until the hosts of an earlier rehearsal are removed']);
  });
});

describe('the janitor', () => {
  it('removes what its own rehearsal has left', async () => {
    const id = await claimStage(of, options, (own) => Promise.resolve(own));
    expect(await endOfJanitor(id)).toBe(0);
    expect(readRecord(of)).toBeUndefined();
  });

  it('waits for the next rehearsal, and leaves its record and hosts alone', async () => {
    const late: Promise<number | null>[] = [];
    await claimStage(of, options, (id) => {
      late.push(endOfJanitor('an earlier one'));
      expect(readRecord(of)?.id).toBe(id);
      return Promise.resolve();
    });
    expect(await Promise.all(late)).toEqual([0]);
    expect(readRecord(of)?.state).toBe('running');
  });
});
