import { applicationOf, type Check, type PluginContext } from '@fairness-deploy/core';
import { lines, sh } from '@fairness-deploy/shell';
import { byteSize } from '@fairness-deploy/shell/text';
import { connectionFile } from '../connection/paths.js';
import { defineClient } from '../connection/client.js';
import type { Section } from '../section/section.js';

/** The size of the database. */
export function sizeCheck({ environment }: Pick<PluginContext<Section>, 'environment'>): Check {
  const { name, user } = applicationOf(environment);
  return {
    name: 'database',
    layer: 'upkeep',
    seconds: 20,
    read: lines(
      sh`[ -e ${connectionFile(name)} ] || exit 0`,
      defineClient(user, name),
      sh`echo 'SELECT pg_database_size(current_database())' | fd_pg timeout 10 psql -XAtq -v ON_ERROR_STOP=1`,
    ),
    judge(output) {
      if (output.trim() === '') return [];
      const bytes = Number(output.trim());
      const text = `the database holds ${byteSize(bytes)}`;
      return [{ name: 'database', level: 'warn', text, data: { bytes } }];
    },
  };
}
