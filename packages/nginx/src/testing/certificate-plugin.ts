import { definePlugin, z, type Plugin } from '@fairness-deploy/core';
import { extendNginx } from '../extension/nginx-extension.js';

/** A plugin that gets certificates for sites, into these folders. */
export function certificatePlugin(folderOf: (site: string) => string | undefined): Plugin {
  return definePlugin({
    section: 'authority',
    schema: z.unknown(),
    extensions: [
      extendNginx({
        certificates: (_, sites) =>
          Object.fromEntries(
            sites.flatMap(({ name }) => {
              const folder = folderOf(name);
              return folder === undefined ? [] : [[name, folder]];
            }),
          ),
      }),
    ],
  });
}
