import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { reportDataSchema, type ReportData } from '../status-page/report-data.js';

/** Where the data of a page's environments are: beside the page. */
export function dataFolderOf(page: string): string {
  return `${page.replace(/\.html$/, '')}.data`;
}

/** What is known of one environment; undefined: nothing, or the file is broken. */
export function readReportData(page: string, environment: string): ReportData | undefined {
  return parse(join(dataFolderOf(page), `${environment}.json`));
}

/** Keeps what is known of an environment, long texts cut. @throws HintedError when it can't be written. */
export function writeReportData(page: string, data: ReportData): void {
  const kept = reportDataSchema.parse(data);
  replace(join(dataFolderOf(page), `${data.environment}.json`), `${JSON.stringify(kept)}\n`);
}

/** How often the page is made anew while others keep data at the same time. */
const MOST_TIMES = 20;

/**
 * Makes the page of all environments of which data are kept. Reports of others may run at the same time: it is made
 * again until it has the newest of all.
 *
 * @param make makes the page of what is known
 * @returns the names of files that are broken, and left out.
 * @throws HintedError when it can't be written.
 */
export function writePage(
  page: string,
  make: (environments: readonly ReportData[]) => string,
): readonly string[] {
  let broken: readonly string[] = [];
  let before = '';
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const texts = textsIn(dataFolderOf(page));
    const now = JSON.stringify(texts);
    if (now === before) break;
    before = now;
    const parsed = texts.map(([name, text]) => [name, parseText(text)] as const);
    broken = parsed.flatMap(([name, data]) => (data ? [] : [name]));
    replace(page, make(parsed.flatMap(([, data]) => data ?? [])));
  }
  return broken;
}

function textsIn(folder: string): readonly (readonly [name: string, text: string])[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => [name, readText(join(folder, name))]);
}

function parse(file: string): ReportData | undefined {
  return parseText(readText(file));
}

/** Nothing when there is no such file, or it is none. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parseText(text: string): ReportData | undefined {
  try {
    return reportDataSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one. */
function replace(file: string, content: string): void {
  const fresh = join(dirname(file), `.${basename(file)}.${String(process.pid)}.new`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } catch (cause) {
    throw new HintedError(
      `Cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'choose another place: --out=report.html', cause },
    );
  }
}
