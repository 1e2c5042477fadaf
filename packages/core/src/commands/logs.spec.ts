import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeTransport } from '@fairness-deploy/shell/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logFile } from '../plugin/log-source.js';
import { definePlugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import { exampleRun } from '../testing/example-run.js';
import { logs } from './logs.js';
import type { CommandOptions } from '../runner/run.js';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A plugin with log files of these names, all of them one file of three lines. */
function plugin(section: string, ...names: readonly string[]) {
  return definePlugin({
    section,
    schema: z.null(),
    logs: () => names.map((name) => logFile(name, join(folder, 'log'))),
  });
}

/** Runs `logs` on the host web, whose scripts run here. */
async function lines(
  plugins: readonly ReturnType<typeof plugin>[],
  options: CommandOptions = {},
): Promise<readonly string[]> {
  const events: ReportEvent[] = [];
  const run = exampleRun({
    plugins,
    environment: {
      ...{ name: 'prod', workspace: folder, folder },
      hosts: [{ name: 'web', address: 'web', sudo: true }],
      sections: Object.fromEntries(plugins.map(({ section }) => [section, null])),
    },
    options,
    reporter: { report: (event) => void events.push(event) },
    transport: fakeTransport(({ script }) => {
      const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', script.reveal()], {
        ...{ encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
      });
      return { stdout, stderr, status: status ?? 1 };
    }),
  });
  await logs(run);
  return events.flatMap((event) => {
    if (event.type !== 'log') return [];
    const { section, source, line } = event;
    return [`${section}: ${source}: ${line}`];
  });
}

describe('logs', () => {
  it('says of each line which section and which log it is from', async () => {
    writeFileSync(join(folder, 'log'), 'one\ntwo\nthree\n');
    const found = await lines([plugin('nginx', 'errors'), plugin('cache', 'cache')], { lines: 2 });
    // Without times, the log whose lines have come first is first.
    const of = (section: string) => found.filter((line) => line.startsWith(section));
    expect([of('nginx'), of('cache')]).toEqual([
      ['nginx: errors: two', 'nginx: errors: three'],
      ['cache: cache: two', 'cache: cache: three'],
    ]);
    // A file's lines have no time that we know: those of a file that was written since then.
    expect(await lines([plugin('nginx', 'errors')], { since: '1h' })).toHaveLength(3);
    utimesSync(join(folder, 'log'), 0, 0);
    expect(await lines([plugin('nginx', 'errors')], { since: '1h' })).toEqual([]);
  });

  it.each([
    [[plugin('nginx', 'x'), plugin('cache', 'x')], 'nginx and cache both have a log named "x"'],
    [[plugin('nginx', 'x', 'x')], 'nginx has two logs named "x"'],
  ])('refuses two logs of one name on a host', async (plugins, message) => {
    await expect(lines(plugins)).rejects.toThrow(`Cannot show the logs of web: ${message}`);
  });

  it('shows a last line without a line break, and no more of a log than can be read', async () => {
    writeFileSync(join(folder, 'log'), 'first\nPANIC');
    expect(await lines([plugin('nginx', 'errors')])).toEqual([
      ...['nginx: errors: first', 'nginx: errors: PANIC'],
    ]);
    writeFileSync(join(folder, 'log'), `${'x'.repeat(5_000_000)}\nend\n`);
    const shown = await lines([plugin('nginx', 'errors')]);
    expect(shown).toHaveLength(2);
    expect(shown.at(-1)).toBe('nginx: errors: end');
    writeFileSync(join(folder, 'log'), '');
    expect(await lines([plugin('nginx', 'errors')])).toEqual([]);
  });

  it('refuses numbers that no log takes', async () => {
    await expect(lines([plugin('nginx', 'errors')], { lines: 3_000_000_000 })).rejects.toThrow(
      'expected a whole number from 1 to 100000',
    );
    writeFileSync(join(folder, 'log'), 'one\n');
    expect(await lines([plugin('nginx', 'errors')], { since: '999999d' })).toHaveLength(1);
  });

  it('refuses a name that no log has', async () => {
    await expect(lines([plugin('nginx', 'errors')], { source: ['erors'] })).rejects.toThrow(
      'Cannot show the log "erors": there is none of that name',
    );
  });
});
