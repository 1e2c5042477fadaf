import type { Environment } from '../inventory/environment.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { Plugin } from '../plugin/plugin.js';
import { DEFAULT_MIRROR } from '../resources/node-mirror.js';

/** The environment with the mirror of Node.js that its hosts need, where it names none itself. */
export function withNodeMirror(environment: Environment, plugins: readonly Plugin[]): Environment {
  const { application } = environment;
  if (application?.node?.mirror !== DEFAULT_MIRROR) return environment;
  for (const plugin of plugins) {
    const mirror = askPlugin(plugin.section, 'its function "nodeMirror"', () =>
      plugin.nodeMirror?.(environment),
    );
    if (mirror === undefined) continue;
    return {
      ...environment,
      application: { ...application, node: { ...application.node, mirror } },
    };
  }
  return environment;
}
