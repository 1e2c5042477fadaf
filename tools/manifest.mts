import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
});

/** The fields of package.json that we read. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Only packages of ours: in others, any of these fields may have another form. */
const ownManifestSchema = z.object({
  exports: z.record(z.string(), z.union([z.string(), z.object({ default: z.string() })])),
  bin: z.record(z.string(), z.string()).optional(),
  'fairness-deploy': z.object({ deployment: z.string() }).optional(),
});
const executorsSchema = z.object({
  executors: z.record(z.string(), z.object({ implementation: z.string() })),
});
const generatorsSchema = z.object({
  generators: z.record(z.string(), z.object({ factory: z.string() })),
});

/** The manifest of the package in a folder. @throws ZodError when it is none. */
export function readManifest(folder: string): Manifest {
  return manifestSchema.parse(readJson(join(folder, 'package.json')));
}

/** @throws ZodError when the manifest of a package of ours has another form. */
export function readOwnManifest(folder: string): z.infer<typeof ownManifestSchema> {
  return ownManifestSchema.parse(readJson(join(folder, 'package.json')));
}

/**
 * The files that others load from a package of ours, by its manifest, and its command line, which
 * `bin` loads: the names of files in `dist`, without `.js`.
 *
 * @throws ZodError when a manifest has another form.
 */
export function readEntries(folder: string): readonly string[] {
  const manifest = readOwnManifest(folder);
  const read = <T,>(file: string, schema: z.ZodType<T>): T | undefined =>
    existsSync(join(folder, file)) ? schema.parse(readJson(join(folder, file))) : undefined;
  const { executors = {} } = read('executors.json', executorsSchema) ?? {};
  const { generators = {} } = read('generators.json', generatorsSchema) ?? {};
  const files = [
    ...Object.values(manifest.exports).map((each) =>
      typeof each === 'string' ? each : each.default,
    ),
    ...(manifest['fairness-deploy'] ? [manifest['fairness-deploy'].deployment] : []),
    ...Object.values(executors).map(({ implementation }) => implementation),
    ...Object.values(generators).map(({ factory }) => factory),
    ...Object.values(manifest.bin ?? {}).map((program) => requiredBy(join(folder, program))),
  ];
  return files.flatMap((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1] ?? []);
}

/** The module that a program in `bin` loads, seen from the package's folder. */
function requiredBy(program: string): string {
  const file = /^require\('\.\.\/(.+)'\);$/m.exec(readFileSync(program, 'utf8'))?.[1];
  if (file === undefined) throw new Error(`Cannot find what ${program} loads`);
  return `./${file}`;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
