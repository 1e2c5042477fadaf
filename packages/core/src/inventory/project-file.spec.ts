import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkProjectFile, projectFileSchema } from './project-file.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-project-file-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, 'page.html'), '<p>Back soon');

it.each<readonly [string, string | undefined, string | undefined]>([
  ['is there', 'page.html', undefined],
  ['is not named', undefined, undefined],
  ['is missing', 'no.html', `there is no file ${folder}/no.html`],
  ['is a folder', '.', `cannot read ${folder}: `],
])('checkProjectFile() says of a file that %s', (_, file, message) => {
  const issues = checkProjectFile(['page'], file, folder);
  expect(issues.map(({ path }) => path)).toEqual(message === undefined ? [] : [['page']]);
  if (message !== undefined) expect(issues[0]?.message).toContain(message);
});

it('projectFileSchema refuses an empty path', () => {
  expect(projectFileSchema.safeParse('').success).toBe(false);
  expect(projectFileSchema.parse('page.html')).toBe('page.html');
});
