import { checkProjectFile, type Environment, type PluginIssue } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';
import { failureOf } from '@fairness-deploy/shell/text';
import { databaseHosts } from '../connection/database-hosts.js';
import { checkName } from '../connection/quote-sql.js';
import type { Section } from '../section/section.js';
import { isLoopback, isPublic } from './addresses.js';
import { checkServerCertificate } from './certificate.js';

/** Checks what the schema of the server cannot. */
export function validateServer(section: Section, environment: Environment): readonly PluginIssue[] {
  const { server, mode, repository, version } = section;
  const issues: PluginIssue[] = [];
  if (repository && version === undefined) {
    issues.push({
      path: ['repository'],
      message: 'a repository is for a version, and there is none',
      hint: 'add it, such as: version: 16',
    });
  }
  issues.push(...checkProjectFile(['repository', 'key'], repository?.key, environment.folder));
  if (mode !== 'local') {
    if (!server) return issues;
    const message = `with the mode ${mode}, no server is set up`;
    return [...issues, { path: ['server'], message, hint: 'remove it, or write: mode: local' }];
  }
  return [
    ...issues,
    ...checkHosts(section, environment),
    ...checkListen(section),
    ...checkPort(section),
    ...checkNames(section),
    ...(server ? checkServerCertificate(server, environment.folder) : []),
  ];
}

function checkHosts(section: Section, environment: Environment): readonly PluginIssue[] {
  const hosts = databaseHosts(environment);
  const names = hosts.map(({ name }) => name);
  const runsOn = section.server?.runsOn;
  if (runsOn !== undefined && !names.includes(runsOn)) {
    const message = `there is no host "${runsOn}" with this section`;
    return [{ path: ['server', 'runsOn'], message, hint: `expected one of ${names.join(', ')}` }];
  }
  if (hosts.length < 2) return [];
  if (runsOn === undefined) {
    const message = 'the environment has several hosts, and one of them runs the server';
    return [{ path: ['server'], message, hint: `write: server: { runsOn: ${names[0] ?? ''} }` }];
  }
  if (section.host) return [];
  const message = 'the environment has several hosts, and only one reaches the server on 127.0.0.1';
  const hint = 'write its private address: host: 10.0.0.5; and server: { listen, clients }';
  return [{ path: ['host'], message, hint }];
}

function checkListen({ server }: Section): readonly PluginIssue[] {
  const { listen = [], clients = [], certificate } = server ?? {};
  const path = ['server', 'listen'];
  if (clients.length > 0 && listen.every(isLoopback)) {
    const message = 'the server has clients elsewhere, and listens on no address for them';
    return [{ path, message, hint: 'such as: listen: [127.0.0.1, 10.0.0.5]' }];
  }
  const open = listen.find(isPublic);
  if (open === undefined || (clients.length > 0 && certificate)) return [];
  const message = `the Internet may reach ${open}: it needs clients, a certificate and its key`;
  return [{ path, message, hint: 'name them, or listen on a private address' }];
}

function checkPort({ port }: Section): readonly PluginIssue[] {
  if (!port || port.locked) return [];
  const number = Number(port.reveal());
  if (/^\d{1,5}$/.test(port.reveal()) && number > 0 && number < 65_536) return [];
  return [{ path: ['port'], message: 'expected a port, such as 5432' }];
}

/** Roles and databases of the server itself (PostgreSQL's manual, 22.1, 23.3; CREATE ROLE). */
const RESERVED_ROLES = /^(?:pg_.*|postgres|public|none|current_user|current_role|session_user)$/;
const RESERVED_DATABASES = /^(?:postgres|template[01])$/;

function checkNames({ user, database }: Section): readonly PluginIssue[] {
  return [
    ...checkOne('user', user, RESERVED_ROLES),
    ...checkOne('database', database, RESERVED_DATABASES),
  ];
}

function checkOne(key: string, name: Text | undefined, reserved: RegExp): readonly PluginIssue[] {
  if (!name || name.locked) return [];
  const text = name.reveal();
  try {
    checkName(text);
  } catch (error) {
    return [{ path: [key], ...failureOf(error) }];
  }
  if (reserved.test(text)) {
    return [
      { path: [key], message: 'the server has this name for itself', hint: 'use another one' },
    ];
  }
  // Version 16 and later take a word that begins with a slash for a regular expression, in quotes as well.
  if (!/[\p{Cc}]/u.test(text) && !text.startsWith('/')) return [];
  const message =
    'pg_hba.conf can hold no name with a control character, or with a slash at its beginning';
  return [{ path: [key], message, hint: 'use another name' }];
}
