/** One host of an environment: its address and its login. */
import { isIPv4, isIPv6 } from 'node:net';
import { quoteText } from '@fairness-deploy/environment-file';
import { validName } from '../set-up/find-environments.js';
import type { SetUpEnvironment } from '../set-up/read-set-up.js';
import { compact, literal, type Config } from './configuration.js';
import type { HostScope } from './host-scope.js';
import type { SecretValues } from './secret-values.js';
import { translateSshOptions } from './ssh-options.js';

/** As the loader of environments has it (RFC 1123, and the underscore of aliases). */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?';
const NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Variables of the connection that say how Ansible itself works, or what is always so. */
const PASSED = [
  ...[
    'ansible_python_interpreter',
    'ansible_become_method',
    'ansible_become_user',
    'ansible_ssh_pipelining',
  ],
  ...[
    'ansible_ssh_retries',
    'ansible_pipelining',
    'ansible_become_flags',
    'ansible_become_exe',
    'ansible_shell_type',
  ],
  ...['ansible_ssh_transfer_method', 'ansible_remote_tmp'],
];

/** Whether an environment can have a host with this name or address. */
export function isAddress(text: string): boolean {
  if (/^[\d.]+$/.test(text)) return isIPv4(text);
  return NAME.test(text) || isIPv6(text);
}

/** @returns undefined when it has no address that can be reached, which is a finding. */
export function translateHost(
  { vagrant }: SetUpEnvironment,
  scope: HostScope,
  secrets: SecretValues,
  withRoles: boolean,
): Config | undefined {
  const { host, findings } = scope;
  const refuse = (variable: string, value: string, expected: string): void => {
    const message = `the host ${quoteText(host.name)}: ${variable} is ${quoteText(value)}, expected ${expected}`;
    findings.add('untranslated', scope.placeOf(variable), message);
  };
  const given = scope.plain('ansible_host') ?? scope.plain('ansible_ssh_host');
  const local = /^(?:localhost|127\.)/.test(given ?? host.name);
  const address = local && vagrant?.address !== undefined ? vagrant.address : (given ?? host.name);
  checkVagrant(scope, vagrant, given);
  if (!isAddress(address)) {
    refuse('ansible_host', address, 'a host name or an IP address');
    return undefined;
  }
  const user = scope.plain('ansible_user') ?? scope.plain('ansible_ssh_user');
  const valid = user !== undefined && USER.test(user) ? user : undefined;
  if (user !== undefined && valid === undefined) {
    refuse('ansible_user', user, "a system user's name");
  }
  const port = scope.number('ansible_port') ?? scope.number('ansible_ssh_port');
  const key =
    scope.plain('ansible_ssh_private_key_file') ?? scope.plain('ansible_private_key_file');
  const connection = scope.plain('ansible_connection');
  if (
    connection !== undefined &&
    !['ssh', 'smart', 'paramiko', 'ansible.builtin.ssh'].includes(connection)
  ) {
    refuse('ansible_connection', connection, 'ssh: other connection plugins have no counterpart');
  }
  const become = scope.boolean('ansible_become');
  const method = scope.plain('ansible_become_method');
  if (method !== undefined && method !== 'sudo') refuse('ansible_become_method', method, 'sudo');
  const asUser = scope.plain('ansible_become_user');
  if (asUser !== undefined && asUser !== 'root') refuse('ansible_become_user', asUser, 'root');
  const sudoPassword = scope.text('ansible_become_password') ?? scope.text('ansible_become_pass');
  for (const name of ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password']) {
    if (scope.has(name)) {
      findings.add(
        'untranslated',
        scope.placeOf(name),
        `${name}: a login by password`,
        'give the host a key: ssh-copy-id',
      );
      scope.use(name);
    }
  }
  const options = translateSshOptions(scope);
  scope.use(...PASSED);
  return compact({
    address,
    port: (port ?? options.port) === 22 ? undefined : (port ?? options.port),
    user: valid ?? options.user,
    identityFile: key === undefined ? options.identityFile : keyFile(key, scope),
    ...(withRoles && { roles: host.groups.flatMap((each) => validName(each) ?? []) }),
    // Only "no" changes something: sudo is the default.
    ...(become === false && valid !== 'root' && { sudo: false }),
    sudoPassword:
      sudoPassword === undefined ? undefined : secrets.keep('sudo_password', sudoPassword),
  });
}

/** Ansible's paths are relative to the playbook, ours to the environment: only those from home mean the same. */
function keyFile(path: string, scope: HostScope): string | undefined {
  if (/^(?:~\/|\/)/.test(path)) return literal(path);
  const variable = scope.has('ansible_ssh_private_key_file')
    ? 'ansible_ssh_private_key_file'
    : 'ansible_private_key_file';
  scope.findings.add(
    'untranslated',
    scope.placeOf(variable),
    `the key ${quoteText(path)} lies in the set-up`,
    'keep keys in ~/.ssh, and write identityFile: ~/.ssh/<file>',
  );
  return undefined;
}

function checkVagrant(
  scope: HostScope,
  vagrant: SetUpEnvironment['vagrant'],
  given: string | undefined,
): void {
  if (vagrant?.address === undefined || given === undefined || vagrant.address === given) return;
  scope.findings.add(
    'check',
    scope.placeOf('ansible_host'),
    `the host's address is ${quoteText(given)}, and ${quoteText(vagrant.address)} in ${vagrant.file}`,
  );
}
