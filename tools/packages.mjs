/**
 * The packages: the one list that eslint, vitest, the bundler and the tests of the manifests read.
 *
 * @type {Readonly<Record<string, { uses: readonly string[], subpaths?: readonly string[], bundles?: readonly string[] }>>}
 *   `uses`: the packages that it may import; dependencies go one way (docs/architecture.md).
 *   `subpaths`: what it exports besides its root, for other packages.
 *   `bundles`: the libraries that go into its bundle; without it, its files are not bundled (docs/adr/0007).
 */
export const PACKAGES = {
  shell: { uses: [], subpaths: ['client', 'secret', 'testing', 'text'], bundles: [] },
  'environment-file': { uses: ['shell'], subpaths: ['source', 'testing'], bundles: ['yaml'] },
  secrets: {
    uses: ['shell', 'environment-file'],
    subpaths: ['plugin'],
    bundles: [
      'yaml',
      // age's package, and what it consists of.
      'age-encryption',
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      '@noble/post-quantum',
      '@scure/base',
    ],
  },
  core: {
    uses: ['shell', 'environment-file', 'secrets'],
    subpaths: ['plugin', 'testing'],
    bundles: ['zod'],
  },
  release: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: ['plugin', 'testing'],
    bundles: [],
  },
  nginx: { uses: ['shell', 'environment-file', 'secrets', 'core'], subpaths: ['plugin'] },
  supervisor: { uses: ['shell', 'environment-file', 'secrets', 'core'], subpaths: ['plugin'] },
  sandbox: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: ['plugin', 'testing'],
  },
};
