import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateNodes } from '@nx/devkit';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import type { OwnPlugin } from './sections.js';

/** An option of an executor or a generator, as its schema.json has it. */
export interface Option {
  /** Several: it may come without a value. */
  readonly type: string | readonly string[];
  readonly description: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly hidden?: boolean;
  /** Where Nx takes it from when it is not named: `argv` is a word without a name. */
  readonly $default?: { readonly $source: string };
}

/** An executor or a generator. */
export interface Command {
  readonly name: string;
  /** The package's folder in packages/. */
  readonly package: string;
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly required: readonly string[];
}

/** A target of environments. */
export interface Target extends Command {
  /** The section that an environment with this target has; undefined: all environments have the target. */
  readonly section: string | undefined;
}

/** executors.json or generators.json. */
type Listed = Readonly<Record<string, { readonly schema: string; readonly description: string }>>;

interface Schema {
  readonly properties: Readonly<Record<string, Option>>;
  readonly required?: readonly string[];
}

/** The generators of all packages. */
export async function ownGenerators(): Promise<readonly Command[]> {
  const { PACKAGES } = await import('../packages.mjs');
  return Object.keys(PACKAGES).flatMap((name) => commandsOf(name, 'generators'));
}

/** The targets of the plugins for environments. Those of `secrets` come with core's. */
export async function ownTargets(plugins: readonly OwnPlugin[]): Promise<readonly Target[]> {
  const keys = ['hosts', ...plugins.map(({ plugin }) => plugin.section)];
  const workspace = temporaryWorkspace({
    'environments/bare/environment.yaml': 'hosts:\n',
    'environments/full/environment.yaml': keys.map((key) => `${key}:\n`).join(''),
  });
  try {
    const found = await Promise.all(plugins.map((one) => targetsOf(one, workspace.folder)));
    return found.flat();
  } finally {
    workspace.dispose();
  }
}

async function targetsOf(
  { package: packageName, plugin }: OwnPlugin,
  workspaceRoot: string,
): Promise<readonly Target[]> {
  const source = join(process.cwd(), 'packages', packageName, 'src/nx/create-nodes.ts');
  const { createNodes } = (await import(source)) as { readonly createNodes?: CreateNodes };
  if (!createNodes) return [];
  const inferred = async (environment: string): Promise<readonly (readonly [string, string])[]> => {
    const root = `environments/${environment}`;
    const context = { workspaceRoot, nxJsonConfiguration: {} };
    const nodes = await createNodes[1]([`${root}/environment.yaml`], undefined, context);
    return nodes.flatMap(([, { projects = {} }]) =>
      Object.entries(projects[root]?.targets ?? {}).map(
        ([target, { executor = '' }]) => [target, executor] as const,
      ),
    );
  };
  const bare = await inferred('bare');
  const everywhere = new Set(bare.map(([target]) => target));
  // A command that environments with some other section do not have is in none that has all sections.
  const all = new Map([...bare, ...(await inferred('full'))]);
  return [...all].map(([target, executor]) => {
    const [from = '', name] = executor.replace('@fairness-deploy/', '').split(':');
    const command = commandsOf(from, 'executors').find((one) => one.name === name);
    if (!command) throw new RangeError(`The target ${target} has no executor ${executor}`);
    const section = everywhere.has(target) ? undefined : plugin.section;
    return { ...command, name: target, section };
  });
}

function commandsOf(name: string, kind: 'executors' | 'generators'): readonly Command[] {
  const folder = `packages/${name}`;
  const manifest = json(`${folder}/package.json`) as { readonly [kind]?: string };
  const file = manifest[kind];
  if (file === undefined) return [];
  const listed = (json(`${folder}/${file}`) as Readonly<Record<typeof kind, Listed>>)[kind];
  return Object.entries(listed).map(([command, { schema, description }]) => {
    const { properties, required = [] } = json(`${folder}/${schema}`) as Schema;
    return { name: command, package: name, description, options: properties, required };
  });
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
