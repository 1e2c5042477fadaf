import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from './packages.mjs';

const packages = readdirSync('packages');
const read = (path: string): string => readFileSync(path, 'utf8');
const json = (path: string): unknown => JSON.parse(read(path));

it('has every package in its list, those that are used before their users', () => {
  const names = Object.keys(PACKAGES);
  expect([...names].sort()).toEqual(packages);
  for (const [at, { uses }] of Object.values(PACKAGES).entries()) {
    expect(names.slice(0, at)).toEqual(expect.arrayContaining([...uses]));
  }
  expect(json('tsconfig.json')).toMatchObject({
    references: [...names.map((name) => ({ path: `packages/${name}` })), { path: 'tools' }],
  });
});

describe.each(Object.entries(PACKAGES))('%s', (name, { uses, subpaths = {}, rooms = [] }) => {
  const manifest = json(`packages/${name}/package.json`) as {
    readonly exports: Readonly<Record<string, { readonly default: string }>>;
    readonly dependencies?: object;
  };

  it('declares the packages that it uses, and no other', () => {
    const own = Object.keys(manifest.dependencies ?? {}).filter((each) =>
      each.startsWith('@fairness-deploy/'),
    );
    const names = own.map((each) => each.replace('@fairness-deploy/', ''));
    expect(uses).toEqual(expect.arrayContaining(names));
    const { references = [] } = json(`packages/${name}/tsconfig.json`) as {
      readonly references?: readonly { readonly path: string }[];
    };
    expect(references.map(({ path }) => path.replace('../', '')).sort()).toEqual(names.sort());
  });

  it('names all of its rooms, where it names some', () => {
    const folders = readdirSync(`packages/${name}/src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    if (rooms.length > 0) expect([...rooms].sort()).toEqual(folders.sort());
  });

  it('exports its subpaths', () => {
    const exported = Object.entries(manifest.exports).filter(
      ([subpath]) => !['.', './package.json'].includes(subpath),
    );
    for (const [subpath, { default: file }] of exported) {
      expect(file).toBe(`./dist/${subpaths[subpath.replace('./', '')] ?? ''}.js`);
    }
  });
});

it.each(packages)('%s contains the licence', (name) => {
  expect(read(`packages/${name}/LICENSE`)).toBe(read('LICENSE'));
});

interface Sbom {
  readonly components: readonly { readonly purl: string }[];
}

it.each([
  ['environment-file/dist/sbom.cdx.json', ['yaml']],
  ['core/dist/sbom.cdx.json', ['zod']],
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
