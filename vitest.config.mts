import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { PACKAGES } from './tools/packages.mjs';

/** Tests import the sources, whatever dist holds; programs that tests of hosts start are built. */
const alias = Object.entries(PACKAGES).flatMap(([name, { subpaths }]) =>
  Object.entries({ '': 'index', ...subpaths }).map(([subpath, file]) => ({
    find: new RegExp(`^@fairness-deploy/${name}${subpath && `/${subpath}`}$`),
    replacement: `${import.meta.dirname}/packages/${name}/src/${file}.ts`,
  })),
);

/** Real machines on a machine that CI shares with others. */
const onHosts = {
  testTimeout: 300_000,
  hookTimeout: 600_000,
  // The output shows each second try, and why the first one failed: tools/flaky-tests.mts. Fault tests have none.
  retry: process.env['CI'] ? 1 : 0,
};

export default defineConfig({
  resolve: { alias },
  test: {
    reporters: ['default', 'tools/flaky-tests.mts'],
    // What is waited for comes at once on an idle machine.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Pure code is quick, but what starts many shells is not on a busy machine: a test that
          // takes this long hangs.
          testTimeout: 180_000,
          // Pure code needs no process of its own: half the time.
          isolate: false,
          pool: 'threads',
          // vitest leaves one core free, and much of the time is spent waiting for programs.
          maxWorkers: availableParallelism(),
          setupFiles: ['tools/property-runs.ts'],
          // First what is quick; the projects have different numbers of workers.
          sequence: { groupOrder: 0 },
          include: ['packages/*/src/**/*.spec.ts', 'tools/**/*.spec.{ts,mts}'],
          exclude: [...configDefaults.exclude, '**/*.{host,vm}.spec.{ts,mts}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'host',
          sequence: { groupOrder: 1 },
          include: ['packages/*/src/**/*.host.spec.ts', 'tools/**/*.host.spec.{ts,mts}'],
          exclude: [...configDefaults.exclude, '**/*.alone.host.spec.ts'],
          // A file waits for its host part of the time.
          maxWorkers: availableParallelism() + 1,
          ...onHosts,
        },
      },
      {
        extends: true,
        test: {
          // What takes something away from all hosts of this machine: when the others are through.
          name: 'host-alone',
          sequence: { groupOrder: 2 },
          include: ['packages/*/src/**/*.alone.host.spec.ts'],
          maxWorkers: 1,
          ...onHosts,
        },
      },
      {
        extends: true,
        test: {
          // Virtual machines, perhaps emulated ones: `npm run test:vm` only.
          name: 'vm',
          sequence: { groupOrder: 3 },
          include: ['tools/vm/**/*.vm.spec.ts'],
          maxWorkers: 1,
          testTimeout: 3_600_000,
        },
      },
    ],
  },
});
