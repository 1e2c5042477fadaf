import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const packages = readdirSync('packages');
const read = (path: string): string => readFileSync(path, 'utf8');

it.each(packages)('%s brings the licence along', (name) => {
  expect(read(`packages/${name}/LICENSE`)).toBe(read('LICENSE'));
});

interface Sbom {
  readonly components: readonly { readonly purl: string }[];
}

it.each([
  ['core/dist/sbom.cdx.json', ['yaml', 'zod']],
  ['secrets/dist/sbom.cdx.json', ['age-encryption', 'yaml']],
  ['secrets/dist/git-driver.sbom.cdx.json', ['age-encryption', 'bcrypt-pbkdf', 'yaml']],
])('%s lists what is bundled, in the versions that are', (path, names) => {
  const sbom = JSON.parse(read(`packages/${path}`)) as Sbom;
  const purls = sbom.components.map(({ purl }) => purl);
  for (const name of names) {
    const { version } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
      version: string;
    };
    expect(purls).toContain(`pkg:npm/${name}@${version}`);
  }
});

it('has no list where nothing is bundled', () => {
  expect(existsSync('packages/release/dist/sbom.cdx.json')).toBe(false);
});
