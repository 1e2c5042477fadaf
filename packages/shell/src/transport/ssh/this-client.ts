import path from 'node:path';
import { homeFolder } from '../../client/home-folder.js';
import { localUser } from '../local-user.js';
import type { Client } from './endpoint.js';
import { readSshConfig } from './read-ssh-config.js';
import { sshOptions, type ConfigItem } from './ssh-config.js';

/** The parts of its own machine that the transport uses; all have defaults. */
export interface SshSettings {
  /** The user's ssh_config; `~/.ssh/config` unless given. */
  readonly configFile?: string;
  readonly home?: string;
  /** The user's variables, for SSH_AUTH_SOCK and those that ssh_config refers to. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** This machine, with the user's ssh_config as it is now. @throws ConnectError when that can't be read. */
export function thisClient(settings: SshSettings): Client {
  const { env = process.env, home = homeFolder(env) } = settings;
  const user = localUser(env);
  const file = settings.configFile ?? path.join(home, '.ssh/config');
  const items: readonly ConfigItem[] = readSshConfig(file, home);
  return { home, user, env, options: (host, as) => sshOptions(items, host, as, user) };
}
