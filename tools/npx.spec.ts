import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '..');
const GENERATED = /(?:^|\/)(?:node_modules|dist|tmp|coverage|\.[^/]+)(?:\/|$)/;
const TEXT = /\.(?:md|ts|mts|mjs|js|json|ejs|ya?ml|py)$/;
/** Our programs, by names that anybody may have in a registry. */
const BY_NPX = /\bnpx (?:-\S+ )*fairness-\w+/g;

// Where our package isn't installed, npx would fetch and run a stranger's.
it('no file of the project has npx run one of our programs', () => {
  const files = readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((file) => !GENERATED.test(file) && TEXT.test(file));
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(BY_NPX)].map(([text]) => [file, text]),
  );
  expect(found).toEqual([]);
});

it('it is found', () => {
  const program = 'fairness-deploy';
  expect(`npx ${program} plan, npx --yes ${program}, npx nx run`.match(BY_NPX)).toHaveLength(2);
});
