/**
 * The packages: the one list that eslint, vitest, the bundler and the tests of the manifests read.
 *
 * @type {Readonly<Record<string, { uses: readonly string[], subpaths?: Readonly<Record<string, string>>, bundles?: readonly string[] }>>}
 *   `uses`: the packages that it may import; dependencies go one way (docs/architecture.md).
 *   `subpaths`: what it exports besides its root, and the file in src.
 *   `bundles`: the libraries that go into its bundle; without it, its files are not bundled (docs/adr/0007).
 */
export const PACKAGES = {
  shell: {
    uses: [],
    subpaths: { client: 'client', secret: 'secret', testing: 'testing/index', text: 'text' },
    bundles: [],
  },
  'environment-file': {
    uses: ['shell'],
    subpaths: { source: 'source', testing: 'testing/index' },
    bundles: ['yaml'],
  },
  secrets: {
    uses: ['shell', 'environment-file'],
    subpaths: { plugin: 'nx/create-nodes' },
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
    subpaths: { plugin: 'nx/create-nodes', testing: 'testing/index' },
    bundles: ['zod'],
  },
  release: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { plugin: 'nx/create-nodes', testing: 'testing/index' },
    bundles: [],
  },
  nginx: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { plugin: 'nx/create-nodes' },
  },
  supervisor: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { plugin: 'nx/create-nodes' },
  },
  sandbox: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { plugin: 'nx/create-nodes', testing: 'testing/index' },
  },
};
