/** The keys that OpenSSH's own client may try: it reads the files itself, and in more formats than we do. */
import { statSync } from 'node:fs';
import { isExposed, protectionHint } from '../../client/exposed-file.js';
import { quote } from '../../text/quote.js';
import { agentKeys } from './agent-keys.js';
import { invalid, type Endpoint } from './endpoint.js';
import { readKeyFile } from './key-file.js';
import { NoKeygenError, openSshKey } from './openssh-key.js';
import { insecureFile, isRefused, keyFilesOf } from './refused-keys.js';

/** The keys that OpenSSH's own client may try. */
export interface AllowedKeys {
  readonly files: readonly string[];
  /** The other files, and why they are not tried, for people. */
  readonly leftOut: readonly string[];
  /** Only these of the agent, as RFC 4253 encodes them. Undefined: all. */
  readonly onlyOfAgent: readonly Buffer[] | undefined;
}

/**
 * Whether OpenSSH's own client tries the keys of the files only. It would try all keys of the agent before the
 * target's own file, and sshd may have stopped listening then.
 */
export function hasOwnKeysOnly({ identitiesOnly, identityFile }: Endpoint): boolean {
  return identitiesOnly || identityFile !== undefined;
}

/**
 * The keys of an endpoint, for OpenSSH's own client: without those that everybody has, and without files whose
 * public key nobody can tell before OpenSSH has asked for the passphrase.
 *
 * @throws ConnectError when the target's own identity file is such a file, or ssh-keygen is missing.
 */
export async function allowedKeys(endpoint: Endpoint): Promise<AllowedKeys> {
  const judged = await Promise.all(
    keyFilesOf(endpoint).map(async (file) => ({ file, problem: await problemOf(endpoint, file) })),
  );
  const files = judged.flatMap(({ file, problem }) => (problem === undefined ? [file] : []));
  const leftOut = judged.flatMap(({ file, problem }) =>
    problem === undefined ? [] : [`${file}: ${problem}`],
  );
  return { files, leftOut, onlyOfAgent: await onlyOfAgent(endpoint) };
}

async function onlyOfAgent(endpoint: Endpoint): Promise<AllowedKeys['onlyOfAgent']> {
  if (hasOwnKeysOnly(endpoint)) return undefined;
  const { keys } = await agentKeys(endpoint.agent);
  const all = keys.map((key) => key.getPublicSSH());
  const allowed = all.filter((key) => !isRefused(endpoint, key));
  return allowed.length < all.length ? allowed : undefined;
}

/** Why OpenSSH must not get a file; undefined: it may read it. */
async function problemOf(endpoint: Endpoint, file: string): Promise<string | undefined> {
  if (endpoint.insecureKeys === 'allowed') return undefined;
  const { name, identityFile } = endpoint;
  const read = await readKeyFile(file);
  // With `<file>` absent, OpenSSH takes `<file>.pub`, for a key of the agent; with both absent, nothing.
  const there = [file, `${file}.pub`].find((path) => kindOf(path) !== 'absent');
  const told = there === undefined ? undefined : await keyIn(there);
  if (told instanceof NoKeygenError) {
    throw invalid(
      name,
      told.message,
      'install the OpenSSH client, such as: apt-get install -y openssh-client',
    );
  }
  // Both readers: they differ where a file and its public half hold different keys.
  const keys = [read.publicKey, told instanceof Error ? undefined : told];
  if (keys.some((key) => isRefused(endpoint, key))) {
    if (file === identityFile) throw insecureFile(endpoint, file);
    return "it is Vagrant's insecure key, which everybody has";
  }
  if (!(told instanceof Error)) return undefined;
  const problem = `nobody can tell which key it is (${told.message})`;
  const hint = hintFor(file, told);
  if (file === identityFile) {
    throw invalid(name, `${file} may be Vagrant's insecure key: ${problem}`, hint);
  }
  return `${problem}; ${hint}`;
}

function keyIn(file: string): Promise<Buffer | Error> {
  return kindOf(file) === 'file'
    ? openSshKey(file)
    : Promise.resolve(new Error('it is not an ordinary file'));
}

/** A file that we may not even see, OpenSSH doesn't see either. */
function kindOf(path: string): 'file' | 'other' | 'absent' {
  try {
    return statSync(path).isFile() ? 'file' : 'other';
  } catch {
    return 'absent';
  }
}

function hintFor(file: string, { message }: Error): string {
  if (kindOf(file) === 'file' && isExposed(file)) return protectionHint(file);
  return message.includes('passphrase')
    ? `write its public half beside it: ssh-keygen -y -f ${quote(file)} > ${quote(`${file}.pub`)}`
    : `look what it is: ssh-keygen -l -f ${quote(file)}`;
}
