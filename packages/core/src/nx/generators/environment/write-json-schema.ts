import { describeFailure } from '@fairness-deploy/shell/text';
import { logger, type Tree } from '@nx/devkit';
import { environmentJsonSchema } from '../../../environment/json-schema.js';
import { installedPlugins } from '../../../plugin/installed-plugins.js';
import { loadPlugins } from '../../../plugin/load-plugins.js';
import { PluginError } from '../../../plugin/plugin-error.js';

/** Beside the shared files, so that these can name it too. */
export const JSON_SCHEMA_FILE = 'environment.schema.json';

/** Writes the JSON Schema of environment files, with the sections of all plugins of nx.json. */
export function writeJsonSchema(tree: Tree): void {
  try {
    const sections = installedPlugins(tree.root).map(({ section }) => section);
    const schema = environmentJsonSchema(loadPlugins(tree.root, sections).plugins);
    tree.write(`environments/${JSON_SCHEMA_FILE}`, `${JSON.stringify(schema, null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    // Editors can do without it; an environment can't do without its file.
    logger.warn(`The schema for editors is not written. ${describeFailure(error)}`);
  }
}
