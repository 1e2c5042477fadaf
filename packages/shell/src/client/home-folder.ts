import { userInfo } from 'node:os';

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
