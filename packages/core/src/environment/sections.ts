import { isRecord, type LocatedMap } from '@fairness-deploy/environment-file';
import type { Place, SecretStore } from '@fairness-deploy/secrets';
import { HintedError } from '@fairness-deploy/shell/text';
import type { OfferContext } from '../plugin/offer.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { Plugin } from '../plugin/plugin.js';
import { PluginError } from '../plugin/plugin-error.js';
import { onSchema } from '../inventory/roles.js';
import { interpolate, type Source } from './interpolate.js';
import type { LoadOptions } from './load-options.js';
import { offerSource, secretSource, variableSource } from './sources.js';
import { validate, type ValueOrigin } from './validate.js';
import { readVariables } from './variables.js';

/**
 * The keys of an environment's files with everything filled in. Each is read on demand, as it may
 * use values that the plugin of another section offers.
 */
export class Sections {
  readonly #origin: ValueOrigin & { readonly root: LocatedMap };
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #values = new Map<string, unknown>();
  readonly #outputs = new Map<string, { readonly output: unknown } | undefined>();
  /** The sections that are being read; each was asked for by the one before it. */
  readonly #waiting: string[] = [];
  readonly #map: NonNullable<LoadOptions['section']>;

  /**
   * @param plugins those whose section the files have
   * @param map see LoadOptions.section
   * @throws PluginError when two of them offer values of the same name.
   */
  constructor(
    origin: ValueOrigin & { readonly root: LocatedMap },
    { environment: name, workspace, folder }: Place,
    plugins: readonly Plugin[],
    secrets: SecretStore,
    map: LoadOptions['section'] = (_, output) => output,
  ) {
    this.#origin = origin;
    this.#map = map;
    const { root, report } = origin;
    const sources = new Map([
      ['vars', variableSource(readVariables(root.entries.get('vars')?.value, report))],
      ['secrets', secretSource(secrets)],
    ]);
    const about = {
      environment: { name, workspace, folder },
      ...applicationName(root),
      processes: processNames(root),
      secret: neededSecret(secrets),
    };
    const sections = {
      output: (plugin: Plugin) => this.output(plugin),
      waiting: (section: string) => {
        const at = this.#waiting.indexOf(section);
        return at === -1 ? [] : this.#waiting.slice(at);
      },
    };
    const owners = new Map([...sources.keys()].map((name) => [name, 'core']));
    for (const plugin of plugins) {
      for (const offer of plugin.offers ?? []) {
        const other = owners.get(offer.name);
        if (other !== undefined) {
          throw new PluginError(
            `Cannot use the plugin of the section "${plugin.section}": it offers values as \${${offer.name}.${offer.placeholder}}, and so does ${other}`,
          );
        }
        owners.set(offer.name, `the plugin of the section "${plugin.section}"`);
        sources.set(offer.name, offerSource(plugin, offer, about, sections));
      }
    }
    this.#sources = sources;
  }

  /** The value of a key; undefined when there is none. Reports errors. */
  value(key: string): unknown {
    const node = this.#origin.root.entries.get(key)?.value;
    if (node === undefined) return undefined;
    if (!this.#values.has(key)) {
      this.#waiting.push(key);
      const context = { sources: this.#sources, report: this.#origin.report };
      this.#values.set(key, interpolate(node, [key], context));
      this.#waiting.pop();
    }
    return this.#values.get(key);
  }

  /** A section as its plugin's schema returns it; undefined when errors were reported. */
  output(plugin: Plugin): { readonly output: unknown } | undefined {
    const { section, schema } = plugin;
    if (!this.#outputs.has(section)) {
      const value = this.#own(section);
      const read = askPlugin(section, 'its schema', () =>
        validate(schema, value, [section], this.#origin),
      );
      this.#outputs.set(section, read && { output: this.#map(plugin, read.output) });
    }
    return this.#outputs.get(section);
  }

  /** The roles of the hosts that a section is for; undefined: for all, or errors were reported. */
  on(section: string): readonly string[] | undefined {
    const value = this.value(section);
    if (!isRecord(value) || !('on' in value)) return undefined;
    return validate(onSchema, value['on'], [section, 'on'], this.#origin)?.output;
  }

  /** What a section's plugin knows of it: not `on`, which is ours. */
  #own(section: string): unknown {
    // A section without settings is written `sandbox:`, which YAML reads as null.
    const value = this.value(section) ?? {};
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'on'));
  }
}

function neededSecret(secrets: SecretStore): OfferContext<unknown>['secret'] {
  return (name) => {
    if (secrets.has(name)) return secrets.get(name);
    throw new HintedError(`it needs the secret "${name}", which is missing`, {
      hint: secrets.hint(name),
    });
  };
}

/** The name as the file has it: a name has no `$`, so nothing in it can be filled in. */
function applicationName(root: LocatedMap): { readonly application?: string } {
  const application = root.entries.get('application')?.value;
  const name = application?.kind === 'map' ? application.entries.get('name')?.value : undefined;
  const isText = name?.kind === 'scalar' && typeof name.value === 'string';
  return isText ? { application: name.value } : {};
}

function processNames(root: LocatedMap): readonly string[] {
  const application = root.entries.get('application')?.value;
  const processes =
    application?.kind === 'map' ? application.entries.get('processes')?.value : undefined;
  return processes?.kind === 'map' ? [...processes.entries.keys()] : [];
}
