import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readRecord, removeRecord, writeRecord } from './record.js';
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

const record = { id: 'one', pid: 1, state: 'running' } as const;
const of = () => ({ environment: 'prod', workspace });

describe('the record of a rehearsal', () => {
  it('is the one of its environment alone', () => {
    expect(readRecord(of())).toBeUndefined();
    writeRecord(of(), record);
    expect(readRecord(of())).toEqual(record);
    expect(readRecord({ ...of(), environment: 'staging' })).toBeUndefined();
  });

  it('is written again, and removed with all that is beside it', () => {
    writeRecord(of(), record);
    writeRecord(of(), { ...record, state: 'kept' });
    expect(readRecord(of())?.state).toBe('kept');
    writeFileSync(join(pathsOf(of()).folder, 'root.pem'), '');
    removeRecord(of());
    expect(existsSync(pathsOf(of()).folder)).toBe(false);
    removeRecord(of());
  });

  it('counts as none when it is broken', () => {
    mkdirSync(pathsOf(of()).folder, { recursive: true });
    writeFileSync(pathsOf(of()).record, '{"id":');
    expect(readRecord(of())).toBeUndefined();
    writeRecord(of(), record);
    expect(readRecord(of())).toEqual(record);
  });
});
