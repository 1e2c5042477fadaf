import { quoteText } from '@fairness-deploy/environment-file';
import type { SetUpFiles } from '../file/set-up-files.js';
import { readCfg, type CfgEntry } from '../file/read-cfg.js';
import type { Findings, Place } from '../finding/finding.js';

/** What ansible.cfg says for an import. */
export interface Configuration {
  readonly inventory: readonly string[];
  readonly roles: readonly string[];
  readonly vaultIds: readonly { readonly id: string; readonly place: Place }[];
  /** Defaults of the connection variables. */
  readonly connection: ReadonlyMap<string, { readonly value: string; readonly place: Place }>;
  readonly deep: boolean;
}

const CFG = 'ansible.cfg';

/** Connection settings, and the variables of which they are the defaults. */
const CONNECTION: Readonly<Record<string, string>> = {
  ...{ 'defaults.remote_user': 'ansible_user', 'defaults.remote_port': 'ansible_port' },
  'defaults.private_key_file': 'ansible_ssh_private_key_file',
  ...{ 'privilege_escalation.become': 'ansible_become' },
  'privilege_escalation.become_user': 'ansible_become_user',
  'privilege_escalation.become_method': 'ansible_become_method',
  'ssh_connection.ssh_args': 'ansible_ssh_args',
  'ssh_connection.ssh_common_args': 'ansible_ssh_common_args',
};

/** What the product decides itself, and how. */
const REPLACED: Readonly<Record<string, string>> = {
  'defaults.host_key_checking':
    'host keys are always checked: ping asks for them once and pins them in known_hosts',
  ...Object.fromEntries(
    [
      ...['forks', 'nocows', 'retry_files_enabled', 'stdout_callback', 'callbacks_enabled'],
      ...[
        'callback_whitelist',
        'interpreter_python',
        'gathering',
        'timeout',
        'log_path',
        'display_skipped_hosts',
      ],
      ...[
        'deprecation_warnings',
        'force_color',
        'any_errors_fatal',
        'fact_caching',
        'fact_caching_connection',
      ],
    ].map((key) => [`defaults.${key}`, 'it says how Ansible itself works']),
  ),
  'ssh_connection.pipelining': 'it says how Ansible itself works',
  'ssh_connection.control_path': 'one connection is kept open for a run',
  'ssh_connection.retries': 'it says how Ansible itself works',
};

/** Reads ansible.cfg; what means nothing here is a finding. @throws ImportError when it can't be read. */
export function readConfiguration(files: SetUpFiles, findings: Findings): Configuration {
  const entries = files.kind(CFG) === undefined ? [] : readCfg(files.read(CFG));
  const inventory: string[] = [];
  const roles: string[] = [];
  const vaultIds: { id: string; place: Place }[] = [];
  const connection = new Map<string, { value: string; place: Place }>();
  let deep = false;
  for (const entry of entries) {
    const place = { file: CFG, line: entry.line };
    const key = `${entry.section}.${entry.key}`;
    const variable = CONNECTION[key];
    if (key === 'defaults.inventory') inventory.push(...paths(entry, ',', files, findings));
    else if (key === 'defaults.roles_path') roles.push(...paths(entry, ':', files, findings));
    else if (key === 'defaults.vault_password_file') vaultIds.push({ id: entry.value, place });
    else if (key === 'defaults.vault_identity_list') {
      for (const id of entry.value.split(',')) vaultIds.push({ id: id.trim(), place });
    } else if (key === 'defaults.hash_behaviour') deep = entry.value === 'merge';
    else if (variable !== undefined) connection.set(variable, { value: entry.value, place });
    else if (Object.hasOwn(REPLACED, key))
      findings.add('replaced', place, `${entry.key}: ${REPLACED[key] ?? ''}`);
    else
      findings.add(
        'untranslated',
        place,
        `the setting ${quoteText(entry.key)} of [${entry.section}]`,
      );
  }
  return { inventory, roles: [...roles, 'roles'], vaultIds, connection, deep };
}

function paths(
  { value, key, line }: CfgEntry,
  separator: string,
  files: SetUpFiles,
  findings: Findings,
): readonly string[] {
  return value.split(separator).flatMap((one) => {
    const path = one.trim();
    if (path === '') return [];
    const inside = path.startsWith('~') ? undefined : files.within(path);
    if (inside !== undefined) return [inside];
    findings.add(
      'untranslated',
      { file: CFG, line },
      `${key} leads out of the set-up: ${quoteText(path)}`,
    );
    return [];
  });
}
