import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'rolldown';
import { WORKSPACE } from './install.mjs';
import { PACKAGES } from './packages.mjs';
import { SBOM, sbom } from './sbom.mjs';

/** The packages that every run loads much of, and what goes into them: libraries of many small files each. */
const bundles = Object.entries(PACKAGES).flatMap(([name, { bundles }]) =>
  bundles ? [[name, bundles]] : [],
);

for (const [name, bundled] of bundles) {
  const folder = join(WORKSPACE, 'packages', name);
  // The JavaScript in dist; the types there are tsc's.
  await build({
    input: Object.fromEntries(entriesOf(folder).map((entry) => [entry, `src/${entry}.ts`])),
    cwd: folder,
    platform: 'node',
    logLevel: 'warn',
    external: (id) => /^[^./]/.test(id) && !bundled.includes(packageOf(id)),
    plugins: [
      licenses(bundled),
      sbom(manifestOf(folder)),
      ...(bundled.includes('zod') ? [englishAlone()] : []),
    ],
    output: {
      dir: 'dist',
      format: 'cjs',
      exports: 'named',
      sourcemap: true,
      chunkFileNames: 'chunks/[name].js',
      // Not minified: stack traces are read by people.
      comments: false,
    },
  });
}

/** git's drivers are one file without any other: a copy of it is in each clone's `.git`. */
await build({
  input: 'src/git/driver.ts',
  cwd: join(WORKSPACE, 'packages', 'secrets'),
  platform: 'node',
  logLevel: 'warn',
  // Whatever isn't bundled would be looked for in the work tree.
  external: (id) => isBuiltin(id),
  // Their sources, of which only what is used goes in.
  resolve: { alias: sourcesOfOwnPackages() },
  plugins: [
    licenses(['bcrypt-pbkdf', 'tweetnacl']),
    sbom(manifestOf(join(WORKSPACE, 'packages', 'secrets')), `git-driver.${SBOM}`),
  ],
  output: {
    file: 'dist/git-driver.cjs',
    format: 'cjs',
    codeSplitting: false,
    comments: false,
  },
});

function sourcesOfOwnPackages() {
  const all = Object.entries(PACKAGES).flatMap(([name, { subpaths }]) =>
    Object.entries({ ...subpaths, '': 'index' }).map(([subpath, file]) => [
      `@fairness-deploy/${name}${subpath && `/${subpath}`}`,
      join(WORKSPACE, 'packages', name, 'src', `${file}.ts`),
    ]),
  );
  return Object.fromEntries(all);
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The package of an import: `@noble/hashes` for `@noble/hashes/sha2.js`. */
function packageOf(id) {
  return /^(@[^/]+\/)?[^/]+/.exec(id)?.[0];
}

/** What others load of a package, as its manifests name it; and its command line, which `bin` loads. */
function entriesOf(folder) {
  const read = (file) => {
    const path = join(folder, file);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  };
  const manifest = read('package.json');
  const files = [
    ...Object.values(manifest.exports).map((each) => each.default),
    manifest['fairness-deploy']?.deployment,
    ...Object.values(read('executors.json').executors ?? {}).map((each) => each.implementation),
    ...Object.values(read('generators.json').generators ?? {}).map((each) => each.factory),
    ...(manifest.bin ? ['./dist/cli.js'] : []),
  ];
  return files.flatMap((file) => /^\.\/dist\/(.+)\.js$/.exec(file ?? '')?.[1] ?? []);
}

/** The licenses of what is bundled ask to go along with every copy. */
function licenses(bundled) {
  return {
    name: 'licenses',
    generateBundle() {
      for (const name of bundled) {
        const source = readFileSync(join(WORKSPACE, 'node_modules', name, 'LICENSE'), 'utf8');
        this.emitFile({ type: 'asset', fileName: `licenses/${name}.txt`, source });
      }
    },
  };
}

/** Of zod's messages: those in fifty other languages are a quarter of what is loaded, and nobody here asks for them. */
function englishAlone() {
  let found = false;
  return {
    name: 'english-alone',
    load(id) {
      if (!id.endsWith('/zod/v4/locales/index.js')) return undefined;
      found = true;
      return "export { default as en } from './en.js';";
    },
    buildEnd(error) {
      if (!error && !found) this.error('zod has its languages elsewhere now: look for them');
    },
  };
}
