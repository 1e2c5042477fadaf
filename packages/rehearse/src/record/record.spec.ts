import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeRecord, readRecord, removeRecord, takeAway, writeRecord } from './record.js';
import { pathsOf } from '../state/state-folder.js';

let workspace = '';
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  vi.stubEnv('XDG_STATE_HOME', join(workspace, 'state'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

const process = { pid: 1, started: 'Mon Nov 30 10:00:00 2026' };
const of = () => ({ environment: 'prod', workspace });

describe('the record of a rehearsal', () => {
  it('is made once', () => {
    expect(makeRecord(of(), { process, isKept: false })).toBe(true);
    expect(makeRecord(of(), { process, isKept: true })).toBe(false);
    expect(readRecord(of())).toEqual({ process, isKept: false });
    expect(readRecord({ ...of(), environment: 'staging' })).toBeUndefined();
  });

  it('is written again, and removed with all that is beside it', () => {
    makeRecord(of(), { process, isKept: false });
    writeRecord(of(), { process, janitor: process, isKept: true });
    expect(readRecord(of())).toEqual({ process, janitor: process, isKept: true });
    writeFileSync(join(pathsOf(of()).folder, 'root.pem'), '');
    removeRecord(of());
    expect(existsSync(pathsOf(of()).folder)).toBe(false);
  });

  it('is taken away only as it was read', () => {
    makeRecord(of(), { process, isKept: false });
    const read = readRecord(of());
    writeRecord(of(), { process: { ...process, pid: 2 }, isKept: false });
    expect(takeAway(of(), read)).toBe(false);
    expect(readRecord(of())?.process.pid).toBe(2);
    expect(takeAway(of(), readRecord(of()))).toBe(true);
    expect(readRecord(of())).toBeUndefined();
    expect(takeAway(of(), read)).toBe(false);
  });

  it('is taken away when it is broken', () => {
    mkdirSync(pathsOf(of()).folder, { recursive: true });
    writeFileSync(pathsOf(of()).record, '{"process":');
    expect(readRecord(of())).toBeUndefined();
    expect(takeAway(of(), undefined)).toBe(true);
    expect(makeRecord(of(), { process, isKept: false })).toBe(true);
  });
});
