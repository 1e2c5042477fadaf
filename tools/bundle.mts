import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { WORKSPACE } from './install.mjs';
import { readEntries, readManifest } from './manifest.mjs';
import { OWN_SOURCES } from './own-sources.mjs';
import { PACKAGES } from './packages.mjs';
import { SBOM, sbom } from './sbom.mjs';

for (const name of Object.keys(PACKAGES)) removeStale(join(WORKSPACE, 'packages', name));

/**
 * The packages that every run loads much of, and the libraries in their bundles: many small files
 * each.
 */
for (const [name, { bundles }] of Object.entries(PACKAGES)) {
  if (!bundles) continue;
  const folder = join(WORKSPACE, 'packages', name);
  // The JavaScript in dist; the types there are tsc's.
  await build({
    input: Object.fromEntries(readEntries(folder).map((entry) => [entry, `src/${entry}.ts`])),
    cwd: folder,
    platform: 'node',
    logLevel: 'warn',
    external: (id) => /^[^./]/.test(id) && !bundles.includes(packageOf(id)),
    plugins: [
      licenses(bundles),
      sbom(readManifest(folder)),
      ...(bundles.includes('zod') ? [englishAlone()] : []),
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

/**
 * What runs on a host that watches itself is one file for each package, which needs no other: the judges of its
 * checks, and the program.
 */
for (const [name, { subpaths }] of Object.entries(PACKAGES)) {
  for (const entry of ['judges', 'program']) {
    if (subpaths?.[entry] !== undefined) await bundleForHosts(name, entry);
  }
}

/** git's drivers are one file without any other: a copy of it is in each clone's `.git`. */
await build({
  input: 'src/git/driver.ts',
  cwd: join(WORKSPACE, 'packages', 'secrets'),
  platform: 'node',
  logLevel: 'warn',
  // A module outside the bundle would be searched in the work tree.
  external: (id) => isBuiltin(id),
  // Their sources, of which only the used parts go in.
  resolve: { alias: OWN_SOURCES },
  plugins: [
    licenses(['bcrypt-pbkdf', 'tweetnacl']),
    sbom(readManifest(join(WORKSPACE, 'packages', 'secrets')), `git-driver.${SBOM}`),
  ],
  output: {
    file: 'dist/git-driver.cjs',
    format: 'cjs',
    codeSplitting: false,
    comments: false,
  },
});

/** A file without any other: modules that it does not need are left out, with all that they import. */
async function bundleForHosts(name: string, entry: string): Promise<void> {
  const folder = join(WORKSPACE, 'packages', name);
  await build({
    input: `src/${entry}.ts`,
    cwd: folder,
    platform: 'node',
    logLevel: 'warn',
    external: (id) =>
      /^[^./]/.test(id) && !id.startsWith('@fairness-deploy/') && packageOf(id) !== 'zod',
    resolve: { alias: OWN_SOURCES },
    treeshake: { moduleSideEffects: false },
    plugins: [
      needsNoOther(),
      ...(entry === 'judges' ? [touchesNothing()] : []),
      licenses(['zod']),
      sbom(readManifest(folder), `${entry}.${SBOM}`),
    ],
    output: { file: `dist/${entry}.js`, format: 'cjs', codeSplitting: false, comments: false },
  });
}

/** Removes what an earlier build made of sources that are gone: tsc leaves it, and tests could load it. */
function removeStale(folder: string): void {
  const dist = join(folder, 'dist');
  rmSync(join(dist, 'chunks'), { recursive: true, force: true });
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const [, source] = /^(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? [];
    if (source !== undefined && !existsSync(join(folder, 'src', `${source}.ts`))) {
      rmSync(join(dist, file));
    }
  }
}

/** The package of an import: `@noble/hashes` for `@noble/hashes/sha2.js`. */
function packageOf(id: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? id;
}

/** The licenses of those of these libraries that are in the bundle must be in every copy. */
function licenses(libraries: readonly string[]): Plugin {
  return {
    name: 'licenses',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? Object.keys(file.modules) : [],
      );
      const bundled = libraries.filter((name) =>
        modules.some((id) => id.includes(`/node_modules/${name}/`)),
      );
      for (const name of bundled) {
        const source = readFileSync(join(WORKSPACE, 'node_modules', name, 'LICENSE'), 'utf8');
        this.emitFile({ type: 'asset', fileName: `licenses/${name}.txt`, source });
      }
    },
  };
}

/** Fails for a bundle that needs a package, or a file, beside it. */
function needsNoOther(): Plugin {
  return {
    name: 'needs-no-other',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const needed = [
          ...file.imports.filter((id) => !isBuiltin(id)),
          ...(file.code.includes('__dirname') ? ['files of its package'] : []),
        ];
        if (needed.length > 0) this.error(`${file.fileName} needs ${needed.join(', ')}`);
      }
    },
  };
}

/** Fails for a bundle that can read files or start programs: what is beside it here is not on a host. */
function touchesNothing(): Plugin {
  const world = /^node:(?:fs|child_process|net|http|https|worker_threads)(?:\/|$)/;
  return {
    name: 'touches-nothing',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const needed = file.type === 'chunk' ? file.imports.filter((id) => world.test(id)) : [];
        if (needed.length > 0) this.error(`${file.fileName} judges by ${needed.join(', ')}`);
      }
    },
  };
}

/** Removes zod's messages in other languages, a quarter of the loaded code. */
function englishAlone(): Plugin {
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
