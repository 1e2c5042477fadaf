import { judgedBy, type Check, type Finding, type PluginContext } from '@fairness-deploy/core';
import { lines, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import type { Section } from '../section/section.js';
import { clusterOf, inCluster } from './cluster.js';
import { serverHost } from '../connection/server-host.js';
import { runSql } from './sql.js';

/** What the server says of itself. */
interface Found {
  readonly version: string;
  /** Settings that wait for a restart. */
  readonly pending: readonly string[];
  /** Lines of pg_hba.conf that it cannot use. */
  readonly errors: readonly string[];
}

const NAME = 'server';
const START = 'start PostgreSQL';

const QUESTION = Text.of(`SELECT json_build_object(
  'version', split_part(current_setting('server_version'), ' ', 1),
  'pending', ARRAY(SELECT name FROM pg_settings WHERE pending_restart ORDER BY name),
  'errors', ARRAY(SELECT format('pg_hba.conf:%s: %s', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL))`);

/** Whether the server runs on its host, and has read its files. What the application sees: layerCheck(). */
export function serverChecks(context: PluginContext<Section>): readonly Check[] {
  const { environment, section, host } = context;
  if (serverHost(section, environment)?.name !== host.name) return [];
  return [
    {
      name: NAME,
      layer: 'service',
      read: lines(
        inCluster(clusterOf(section)),
        sh`
          printf '%s\n' "$fd_version/$fd_cluster" "$fd_running"
          [ -z "$fd_running" ] || ${runSql(QUESTION)}`,
      ),
      ...judgedBy(judgeServer, environment.name),
      repairs: {
        [START]: lines(
          inCluster(clusterOf(section)),
          sh`[ -n "$fd_running" ] || systemctl start "postgresql@$fd_version-$fd_cluster"`,
        ),
      },
    },
  ];
}

/** The worst of what is wrong with the server. Pure. */
export function judgeServer(output: string, environment: string): Finding {
  const [cluster = '', running = '', ...rest] = output.split('\n');
  if (running !== 'yes') {
    const isThere = !cluster.endsWith('/');
    return {
      ...{ name: NAME, level: 'fail', data: { cluster, running: false } },
      text: isThere ? `the cluster ${cluster} does not run` : 'not set up',
      hint: `npx nx run ${environment}:provision`,
      ...(isThere && { repair: START }),
    };
  }
  const parsed: unknown = JSON.parse(rest.join('\n'));
  // Sound: it is what the query above makes.
  const { version, pending, errors } = parsed as Found;
  const about = { name: NAME, data: { cluster, running: true, version, pending, errors } };
  if (errors.length > 0) {
    const text = `it cannot use its files: ${errors.join('; ')}`;
    const hint = 'correct these lines: until then, the server reads none of the changes';
    return { ...about, level: 'fail', text, hint };
  }
  if (pending.length > 0) {
    const text = `settings wait for a restart: ${pending.join(', ')}`;
    const hint = `systemctl restart postgresql@${cluster.replace('/', '-')}`;
    return { ...about, level: 'warn', text, hint };
  }
  return { ...about, level: 'ok', text: `PostgreSQL ${version} runs (${cluster})` };
}
