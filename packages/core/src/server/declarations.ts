import { resolve } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { type Issue, type KeyPath, ownEntry } from '@fairness-deploy/environment-file';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { Text } from '@fairness-deploy/shell/secret';
import type { Environment, Host } from '../inventory/environment.js';
import type { Address, Resource } from '../resource/resource.js';
import { aptPackages } from '../resources/apt-packages.js';
import { aptRepository } from '../resources/apt-repository.js';
import { cronEntry } from '../resources/cron-entry.js';
import { directory } from '../resources/directory.js';
import { file, type FileResource } from '../resources/file.js';
import { firewall } from '../resources/firewall.js';
import { link } from '../resources/link.js';
import { service } from '../resources/service.js';
import { sshOptions } from '../resources/ssh-options.js';
import { systemUser } from '../resources/system-user.js';
import { without } from '../plugin/without.js';
import { projectText } from '../resource-parts/read-project-file.js';
import { renderTemplate } from '../resource-parts/template.js';
import { defined } from '../resource/defined.js';
import { firewallRules } from './firewall-schema.js';
import { ABSENT, type FileEntry, type Server } from './server-schema.js';

/** One entry of the section and its resource. */
export interface Declaration {
  /** Its path within the section. */
  readonly path: KeyPath;
  /** @throws Error when the entry can't work: a DeclarationError when the wrong part is known. */
  readonly resource: () => Resource;
}

/** A part of an entry can't work. */
export class DeclarationError extends HintedError {
  override readonly name = 'DeclarationError';
  constructor(
    /** Its path starts within the section. */
    readonly issue: Issue,
    options: ErrorOptions,
  ) {
    super(issue.message, { ...options, hint: issue.hint });
  }
}

const absent = { ensure: 'absent' } as const;

/** The context of the section's entries; templates see it. */
export interface DeclarationContext {
  readonly environment: Environment;
  readonly host: Host;
}

/** The section's entries as resources, in the order in which a server is set up. */
export function declarations(server: Server, context: DeclarationContext): readonly Declaration[] {
  const { folder } = context.environment;
  const each = <T>(
    key: keyof Server,
    entries: Readonly<Record<string, T>>,
    make: (name: string, entry: T) => Resource,
  ): readonly Declaration[] =>
    Object.entries(entries).map(([name, entry]) => ({
      path: [key, name],
      resource: () => make(name, entry),
    }));

  return [
    ...each('repositories', server.repositories, (name, { key, ...repository }) =>
      aptRepository({
        name,
        ...repository,
        key: readBeside(folder, key, ['repositories', name, 'key']),
      }),
    ),
    ...server.packages.map((name, at) => ({
      path: ['packages', at],
      resource: () => aptPackages({ names: [name] }),
    })),
    ...each('users', server.users, (name, user) =>
      user === ABSENT ? systemUser({ name }, absent) : systemUser({ name, ...defined(user) }),
    ),
    ...each('directories', server.directories, (path, entry) =>
      entry === ABSENT ? directory({ path }, absent) : directory({ path, ...defined(entry) }),
    ),
    ...each('files', server.files, (path, entry) =>
      entry === ABSENT ? file({ path }, absent) : declareFile(server, context, path),
    ),
    ...each('links', server.links, (path, target) =>
      target === ABSENT ? link({ path }, absent) : link({ path, target }),
    ),
    ...each('services', server.services, (unit, { loads, ...spec }) =>
      service({ unit, ...spec, loads: loads.map((path) => declareFile(server, context, path)) }),
    ),
    ...each('cron', server.cron, (name, entry) =>
      entry === ABSENT ? cronEntry({ name }, absent) : cronEntry({ name, ...defined(entry) }),
    ),
    ...protection(server, context),
  ];
}

/** What keeps strangers out. Behind all accounts, which sshd's options may name. */
function protection(
  { firewall: wanted, ssh, users }: Server,
  { environment }: DeclarationContext,
): readonly Declaration[] {
  const follows = Object.keys(users).map((name): Address => `user:${name}`);
  return [
    ...(ssh === undefined
      ? []
      : [{ path: ['ssh'], resource: () => sshOptions({ options: ssh }, { follows }) }]),
    ...(wanted === undefined
      ? []
      : [
          { path: ['firewall'], resource: () => aptPackages({ names: ['nftables'] }) },
          {
            path: ['firewall'],
            resource: () =>
              firewall({ environment: environment.name, rules: firewallRules(wanted) }),
          },
        ]),
  ];
}

function declareFile(server: Server, context: DeclarationContext, path: string): FileResource {
  const entry = ownEntry(server.files, path);
  if (entry === undefined || entry === ABSENT) {
    throw new HintedError(`"${path}" is not among the files of this section`, {
      hint: 'add it there',
    });
  }
  const ownership = defined(without(entry, 'content', 'template'));
  return file({ path, ...ownership, content: contentOf(path, entry, context) });
}

/**
 * The content of a file of the section.
 *
 * @throws Error when its template can't be read or rendered.
 */
export function contentOf(
  path: string,
  { content, template }: FileEntry,
  context: DeclarationContext,
): Text | string {
  if (template === undefined) return content ?? Text.of();
  const text = readBeside(context.environment.folder, template, ['files', path, 'template']);
  return renderTemplate(projectText(text), { ...context }, { name: template });
}

/** What to do about a file that is not there. */
const NO_FILE = "make it, or correct the path, which is relative to the environment's folder";

/** Reads a file of the project's, named at `path` of the section. */
function readBeside(folder: string, name: string, path: KeyPath): Buffer {
  const file = resolve(folder, name);
  try {
    return readRegularFile(file);
  } catch (cause) {
    // What readRegularFile throws: always an Error.
    const { code, message } = cause as NodeJS.ErrnoException;
    const issue =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? { path, message: `there is no file ${file}`, hint: NO_FILE }
        : { path, message: `cannot read ${file}: ${message}` };
    throw new DeclarationError(issue, { cause });
  }
}
