import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReportData } from '../status-page/report-data.js';
import { dataFolderOf, readReportData, writePage, writeReportData } from './report-files.js';

let folder = '';
let page = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  page = join(folder, 'dist', 'report.html');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const data = (environment: string): ReportData => ({
  ...{ version: 1, environment, at: '2026-12-01T12:00:00.000Z', hosts: [] },
});
const names = (all: readonly ReportData[]): string =>
  all.map(({ environment }) => environment).join(' ');

it('keeps the data of each environment beside the page, which has all', () => {
  writeReportData(page, data('prod'));
  writeReportData(page, data('staging'));
  expect(writePage(page, names)).toEqual([]);
  expect(readFileSync(page, 'utf8')).toBe('prod staging');
  expect(readReportData(page, 'prod')).toEqual(data('prod'));
  expect(readReportData(page, 'none')).toBeUndefined();
  expect(readdirSync(join(folder, 'dist'))).toEqual(['report.data', 'report.html']);
});

it('leaves out what is no report, and says which file that is', () => {
  writeReportData(page, data('prod'));
  writeFileSync(join(dataFolderOf(page), 'broken.json'), '{"version":1');
  writeFileSync(join(dataFolderOf(page), 'other.json'), '{"version":7}');
  mkdirSync(join(dataFolderOf(page), 'folder.json'));
  expect(writePage(page, names)).toEqual(['broken.json', 'folder.json', 'other.json']);
  expect(readFileSync(page, 'utf8')).toBe('prod');
  expect(readReportData(page, 'broken')).toBeUndefined();
});

it('makes the page again when another report has kept its data meanwhile', () => {
  writeReportData(page, data('prod'));
  let times = 0;
  writePage(page, (all) => {
    times += 1;
    if (times === 1) writeReportData(page, data('staging'));
    return names(all);
  });
  expect(readFileSync(page, 'utf8')).toBe('prod staging');
  expect(times).toBe(2);
});

it('keeps the beginning of a text that is very long', () => {
  writeReportData(page, { ...data('prod'), description: 'x'.repeat(20_000) });
  expect(readReportData(page, 'prod')?.description).toBe(`${'x'.repeat(10_000)}…`);
});

it('says where it cannot write', () => {
  writeFileSync(join(folder, 'dist'), '');
  expect(() => {
    writeReportData(page, data('prod'));
  }).toThrow(/^Cannot write .*prod\.json: /);
});
