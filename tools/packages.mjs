/**
 * The packages: the one list that eslint, vitest, the bundler and the tests of the manifests read.
 *
 * @type {Readonly<Record<string, { uses: readonly string[], subpaths?: Readonly<Record<string, string>>, rooms?: readonly string[], bundles?: readonly string[] }>>}
 *   `uses`: the packages that it may import; dependencies go one way (docs/architecture.md).
 *   `subpaths`: what it exports besides its root, and the file in src.
 *   `rooms`: its folders; each imports only from those before it, and from files of src itself.
 *   `bundles`: the libraries that go into its bundle; without it, its files are not bundled (docs/adr/0007).
 */
export const PACKAGES = {
  shell: {
    uses: [],
    subpaths: { client: 'client', secret: 'secret', testing: 'testing/index', text: 'text' },
    rooms: ['text', 'client', 'secret', 'stream', 'script', 'transport', 'testing'],
    bundles: [],
  },
  'environment-file': {
    uses: ['shell'],
    subpaths: { source: 'source', testing: 'testing/index' },
    rooms: ['issues', 'yaml', 'files', 'testing'],
    bundles: ['yaml'],
  },
  secrets: {
    uses: ['shell', 'environment-file'],
    subpaths: { commands: 'commands', vault: 'vault' },
    rooms: [
      ...['mask', 'age', 'vault', 'environment', 'edit', 'file', 'terminal', 'keys', 'git'],
      ...['store', 'testing', 'commands', 'nx'],
    ],
    bundles: [
      'yaml',
      // age's package, and its dependencies.
      'age-encryption',
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      '@noble/post-quantum',
      '@scure/base',
    ],
  },
  ansible: {
    uses: ['shell', 'environment-file', 'secrets'],
    rooms: [
      ...['finding', 'value', 'file', 'vault', 'inventory', 'variables', 'template', 'playbook'],
      ...['set-up', 'translate', 'write', 'testing', 'nx'],
    ],
  },
  core: {
    uses: ['shell', 'environment-file', 'secrets'],
    subpaths: {
      commands: 'commands',
      engine: 'engine',
      judges: 'judges',
      plugin: 'nx/create-nodes',
      resources: 'resources',
      testing: 'testing/index',
    },
    rooms: [
      ...[
        'system',
        'resource',
        'resource-parts',
        'resources',
        'ownership',
        'inventory',
        'webhook',
        'plugin',
        'machine',
        'environment',
        'engine',
        'logs',
        'report',
      ],
      ...[
        'runner',
        'diagnosis',
        'status-page',
        'commands',
        'server',
        'testing',
        'nx',
        'command-line',
      ],
    ],
    bundles: ['zod'],
  },
  release: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes', testing: 'testing/index' },
    rooms: [
      ...['application', 'scheduled-jobs', 'order', 'section', 'git', 'artifact', 'host'],
      ...['resources', 'scripts', 'ownership'],
      ...['runtime', 'steps', 'plan', 'trial', 'notify', 'extension', 'commands', 'testing', 'nx'],
    ],
    bundles: [],
  },
  nginx: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes' },
    rooms: [
      ...['configuration', 'section', 'extension', 'certificate', 'release', 'site', 'host'],
      ...['status', 'validation', 'testing', 'nx'],
    ],
  },
  certbot: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release', 'nginx'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes' },
    rooms: ['section', 'certificate', 'host', 'status', 'commands', 'testing', 'nx'],
  },
  postgres: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes' },
    rooms: [
      ...['section', 'connection', 'server', 'check', 'backup', 'migration', 'restore'],
      ...['copy', 'testing', 'commands', 'nx'],
    ],
  },
  supervisor: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes' },
  },
  alerts: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release'],
    subpaths: { plugin: 'nx/create-nodes', program: 'program' },
    rooms: ['section', 'program', 'host', 'nx'],
  },
  takeover: {
    uses: ['shell', 'environment-file', 'secrets', 'core', 'release', 'nginx', 'supervisor'],
    subpaths: { judges: 'judges', plugin: 'nx/create-nodes', testing: 'testing/index' },
    rooms: ['section', 'old', 'host', 'release', 'testing', 'nx'],
  },
  sandbox: {
    uses: ['shell', 'environment-file', 'secrets', 'core'],
    subpaths: { plugin: 'nx/create-nodes', shape: 'shape', testing: 'testing/index' },
    rooms: [
      ...['system', 'machine', 'gateway', 'driver', 'nspawn', 'container'],
      ...['commands', 'testing', 'nx'],
    ],
  },
  vagrant: {
    uses: ['shell', 'environment-file', 'core'],
    subpaths: { plugin: 'nx/create-nodes' },
    rooms: ['section', 'program', 'machine', 'commands', 'nx'],
  },
  rehearse: {
    uses: ['shell', 'secrets', 'core', 'release', 'sandbox', 'vagrant'],
    subpaths: { plugin: 'nx/create-nodes' },
    rooms: ['stand-ins', 'state', 'hosts', 'record', 'stage', 'commands', 'testing', 'nx'],
  },
};
