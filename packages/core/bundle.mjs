import { readFileSync } from 'node:fs';
import { build } from 'rolldown';

const { executors } = JSON.parse(readFileSync(new URL('executors.json', import.meta.url), 'utf8'));

/** What others load of this package: package.json, executors.json, generators.json and bin name them. */
const ENTRIES = [
  'index',
  'plugin',
  'testing/index',
  'cli',
  'server/deployment',
  ...Object.keys(executors).map((name) => `executors/${name}/executor`),
  'generators/environment/generator',
];

/** Every run needs these, and they are more than a hundred small files each. */
const BUNDLED = ['zod', 'yaml'];

/** Makes the JavaScript in dist; the types there are tsc's. docs/adr/0007 tells why. */
await build({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, `src/${entry}.ts`])),
  cwd: import.meta.dirname,
  platform: 'node',
  logLevel: 'warn',
  external: (id) => /^[^./]/.test(id) && !BUNDLED.includes(id),
  plugins: [licenses()],
  output: {
    dir: 'dist',
    format: 'cjs',
    exports: 'named',
    sourcemap: true,
    chunkFileNames: 'chunks/[name].js',
  },
});

/** The licenses of what is bundled ask to go along with every copy. */
function licenses() {
  return {
    name: 'licenses',
    generateBundle() {
      for (const name of BUNDLED) {
        const file = new URL(`../../node_modules/${name}/LICENSE`, import.meta.url);
        const source = readFileSync(file, 'utf8');
        this.emitFile({ type: 'asset', fileName: `licenses/${name}.txt`, source });
      }
    },
  };
}
