import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/** A variable's value; undefined also when it is set to nothing, as programs such as OpenSSH treat it. */
export function variable(env: Variables, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/** The user's home folder: HOME, or else what the system says, which os.homedir() does not ask when HOME is empty. */
export function homeFolder(env: Variables = process.env): string {
  return variable(env, 'HOME') ?? userInfo().homedir;
}

/** A path in which `~` is the user's home, as shells take it: alone, or before a slash. */
export function expandHome(path: string, env: Variables = process.env): string {
  return path.replace(/^~(?=\/|$)/, () => homeFolder(env));
}

/** The folder for the user's state (XDG Base Directory Specification 0.8: only an absolute path counts). */
export function userStateFolder(env: Variables = process.env): string {
  const named = variable(env, 'XDG_STATE_HOME') ?? '';
  return isAbsolute(named) ? named : join(homeFolder(env), '.local', 'state');
}
