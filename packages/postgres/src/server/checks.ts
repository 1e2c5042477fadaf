import type { Check, Finding, PluginContext } from '@fairness-deploy/core';
import { lines, sh } from '@fairness-deploy/shell';
import { databaseOf } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { clusterOf, inCluster } from './cluster.js';
import { serverHost } from './server-host.js';
import { Text } from '@fairness-deploy/shell/secret';
import { runSql } from './sql.js';

/** What the server says of itself. */
interface Found {
  readonly version: string;
  readonly connections: number;
  readonly allowed: number;
  /** Settings that wait for a restart. */
  readonly pending: readonly string[];
  /** Lines of pg_hba.conf and of postgresql.conf that it can't use. */
  readonly errors: readonly string[];
}

const NAME = 'PostgreSQL';

/** How much of its connections a server may use before that is worth a warning. */
const MANY = 0.8;

const QUESTION = Text.of(`SELECT json_build_object(
  'version', split_part(current_setting('server_version'), ' ', 1),
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'allowed', current_setting('max_connections')::int,
  'pending', ARRAY(SELECT name FROM pg_settings WHERE pending_restart ORDER BY name),
  'errors', ARRAY(SELECT format('pg_hba.conf:%s: %s', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL))`);

/** Whether the server runs on its host, and how it is; with the mode tunnel, whether the tunnel is open. */
export function serverChecks(context: PluginContext<Section>): readonly Check[] {
  const { environment, section, host } = context;
  if (section.mode === 'tunnel') return [tunnelCheck(context)];
  if (serverHost(section, environment)?.name !== host.name) return [];
  return [
    {
      name: NAME,
      read: lines(
        inCluster(clusterOf(section)),
        sh`
          printf '%s\n' "$fd_version/$fd_cluster" "$fd_running"
          [ -z "$fd_running" ] || ${runSql(QUESTION)}`,
      ),
      judge: (output) => judge(output, environment.name),
    },
  ];
}

/** Seconds until a server that does not answer counts as unreachable. */
const ANSWER_SECONDS = 3;

/** The exit status of pg_isready(1), whose server may be that of any developer. */
function tunnelCheck({ environment, section, secret }: PluginContext<Section>): Check {
  const application = environment.application?.name;
  const { host, port } = databaseOf({ section, application, secret });
  const where = `${String(host)}:${String(port)} of the host`;
  return {
    name: NAME,
    read: sh`
      fd_status=0
      pg_isready -q -h ${host} -p ${port} -t ${ANSWER_SECONDS} || fd_status=$?
      echo "$fd_status"`,
    judge(output) {
      const status = Number(output);
      const data = { status };
      if (status === 0) {
        const text = `the tunnel is open: ${where} leads to a server that answers`;
        return [{ name: NAME, level: 'ok', text, data }];
      }
      const text =
        status === 1
          ? `the server behind ${where} refuses connections`
          : `no server answers on ${where}`;
      const hint =
        status === 1
          ? 'it may be starting: look at it on the machine of the developer'
          : `open the tunnel, and leave it open: npx nx run ${environment.name}:db-tunnel; and start your own server`;
      return [{ name: NAME, level: 'fail', text, hint, data }];
    },
  };
}

function judge(output: string, environment: string): readonly Finding[] {
  const [cluster = '', running = '', ...rest] = output.split('\n');
  const data = { cluster, running: running === 'yes' };
  const provision = `npx nx run ${environment}:provision`;
  if (running !== 'yes') {
    const text = cluster.endsWith('/') ? 'not set up' : `the cluster ${cluster} does not run`;
    return [{ name: NAME, level: 'fail', text, hint: provision, data }];
  }
  const parsed: unknown = JSON.parse(rest.join('\n'));
  // Sound: it is what the query above makes.
  const found = parsed as Found;
  const { version, connections, allowed, pending, errors } = found;
  const text = `${version} runs (${cluster}), ${String(connections)} of ${String(allowed)} connections`;
  const findings: readonly (Omit<Finding, 'name' | 'data'> | undefined)[] = [
    errors.length > 0
      ? {
          level: 'fail',
          text: `it can not use its files: ${errors.join('; ')}`,
          hint: 'correct these lines: it reads none of the changes until then',
        }
      : undefined,
    pending.length > 0
      ? {
          level: 'warn',
          text: `settings wait for a restart: ${pending.join(', ')}`,
          hint: `systemctl restart postgresql@${cluster.replace('/', '-')}`,
        }
      : undefined,
    connections >= allowed * MANY
      ? {
          level: 'warn',
          text: `${text}: soon it refuses further ones`,
          hint: 'allow more: postgres: { server: { settings: { max_connections: … } } }',
        }
      : undefined,
  ];
  const wrong = findings.flatMap((finding, at) =>
    finding
      ? [
          {
            ...finding,
            name: at === 0 ? NAME : `${NAME} ${String(at)}`,
            data: { ...data, ...found },
          },
        ]
      : [],
  );
  return wrong.length > 0
    ? wrong
    : [{ name: NAME, level: 'ok', text, data: { ...data, ...found } }];
}
