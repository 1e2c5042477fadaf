import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '@fairness-deploy/core';
import { checkShell } from '@fairness-deploy/core/testing';
import { Secret } from '@fairness-deploy/secrets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { appendEntry, goodReleases, parseEntry, printGoodReleases } from './history.js';

const commit = '3f2a1bc'.padEnd(40, '0');
const ids = ['20261123-101502-3f2a1bc', '20261124-101502-3f2a1bc', '20261125-101502-3f2a1bc'];
const entry = (release: string, outcome: string): string =>
  `{"release":"${release}","outcome":"${outcome}","commit":"${commit}","configuration":"${'c'.repeat(64)}","finished":"2026-11-23T10:15:02Z"}`;

const printed = (file: string): readonly string[] =>
  execFileSync('dash', ['-eus'], { input: printGoodReleases(file).reveal(), encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

const understood = (lines: readonly string[]): readonly string[] =>
  goodReleases(lines.flatMap((line) => parseEntry(line)))
    .map(({ release, commit: of, finished }) => `${release} ${of} ${finished}`)
    .reverse();

describe('the history', () => {
  it('means the same to the shell and to us, whatever was taken back or torn', () => {
    const file = join(temporaryFolder(), 'history');
    const ours = fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom('good', 'good', 'undone'))
      .map(([id, outcome]) => entry(id, outcome));
    const torn = fc
      .tuple(ours, fc.nat({ max: 250 }))
      .map(([line, length]) => line.slice(0, Math.min(length, line.length - 1)));
    const odd = fc.constantFrom(
      '',
      entry('../../etc', 'good'),
      entry(ids[0] ?? '', 'odd'),
      `x${entry(ids[0] ?? '', 'good')}`,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(ours, ours, torn, odd), { maxLength: 12 }), (lines) => {
        writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
        expect(printed(file)).toEqual(understood(lines));
      }),
      { numRuns: 100 },
    );
  });

  it('takes entries one after the other, also behind one that was torn', async () => {
    const file = join(temporaryFolder(), 'history');
    expect(printed(file)).toEqual([]);
    const configuration = new Secret('configuration digest', 'c'.repeat(64));
    const append = (release: string, outcome: 'good' | 'undone') =>
      appendEntry(file, { release, outcome, commit, configuration });
    const [one = '', two = '', three = ''] = ids;
    const script = sh`
      ${append(one, 'good')}
      printf '{"release":"202' >>${file}
      ${append(two, 'good')}
      ${append(three, 'good')}
      ${append(three, 'undone')}`;
    await checkShell(script);
    await checkShell(printGoodReleases(file));
    expect(String(script)).not.toContain('ccc');
    execFileSync('dash', ['-eus'], { input: script.reveal() });
    expect(printed(file).map((line) => line.split(' ')[0])).toEqual([two, one]);
  });
});
