import { didYouMean, type Issue } from '@fairness-deploy/environment-file';
import { missingPackages, pluginsAtHand } from '../plugin/installed-plugins.js';

/**
 * The message about a key that is neither core's nor a section of a plugin in nx.json.
 *
 * @param known the known keys
 */
export function unknownSection(key: string, known: readonly string[], workspace: string): Issue {
  const atHand = pluginsAtHand(workspace);
  const plugin = atHand.find(({ section }) => section === key);
  if (plugin) {
    return {
      path: [key],
      message: `this section needs the plugin ${plugin.name}, which nx.json does not name`,
      hint: `add "${plugin.name}/plugin" to "plugins" in nx.json`,
    };
  }
  const near = didYouMean(key, [...known, ...atHand.map(({ section }) => section)]);
  const [missing] = missingPackages(workspace);
  if (near === undefined && missing !== undefined) {
    return {
      path: [key],
      message: `unknown key; nx.json names the package ${missing}, which is not in node_modules`,
      hint: 'npm install, or correct the name in nx.json',
    };
  }
  return {
    path: [key],
    message: 'unknown key',
    hint:
      near ??
      `known here: ${known.join(', ')}; for the section of a package, install that and name it in "plugins" of nx.json`,
  };
}
