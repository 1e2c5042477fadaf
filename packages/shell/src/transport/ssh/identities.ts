import { isExposed } from '../../client/exposed-file.js';
import { readRegularFile } from '../../client/read-regular-file.js';
import { isInsecureKey } from '../../client/insecure-keys.js';
import { invalid, type Endpoint } from './endpoint.js';
import { keyType } from '../../client/ssh-reader.js';
import { fingerprint } from './host-key.js';
import {
  agentAt,
  agentWith,
  parseKey,
  type Agent,
  type Authentication,
  type ParsedKey,
} from './libraries.js';
import { publicKeyOf } from './public-key.js';

/** A key to log in with, and what people call it. */
export interface Identity {
  readonly name: string;
  /** As RFC 4253 encodes it. */
  readonly publicKey: Buffer;
  readonly authentication: Authentication;
}

/** The keys to try, in order, and why others aren't. */
export interface Identities {
  readonly usable: readonly Identity[];
  readonly leftOut: readonly string[];
  /** A file that only its passphrase opens, when there is one. */
  readonly encrypted: string | undefined;
  /** A file that isn't used because others may read it, when there is one. */
  readonly exposed: string | undefined;
}

/** A key file: what it holds, as far as it can be read. */
interface KeyFile {
  readonly file: string;
  readonly key: ParsedKey | undefined;
  readonly publicKey: Buffer | undefined;
  readonly problem: 'absent' | 'encrypted' | 'exposed' | 'insecure' | Error | undefined;
}

/**
 * Gathers the keys in ssh's order: those of the agent that are among the files, the
 * agent's others unless `IdentitiesOnly` is set, then the files that the agent doesn't
 * hold. The target's own identity file comes before all. Keys that everybody has are left out.
 */
export async function identities(endpoint: Endpoint): Promise<Identities> {
  const { identityFile, identityFiles, identitiesOnly, user: username } = endpoint;
  const paths = [
    ...new Set([...(identityFile === undefined ? [] : [identityFile]), ...identityFiles]),
  ];
  const refused = (key: Buffer | undefined): boolean =>
    endpoint.insecureKeys !== 'allowed' && key !== undefined && isInsecureKey(key);
  const files = paths
    .map(readKeyFile)
    .map((file) => (refused(file.publicKey) ? { ...file, ...INSECURE } : file));
  const { agent, keys: all, problem } = await agentKeys(endpoint.agent);
  const keys = all.filter((key) => !refused(key.getPublicSSH()));

  const fromAgent = (key: ParsedKey, holder: Agent): Identity => ({
    name: `${keyType(key.getPublicSSH())} ${fingerprint(key.getPublicSSH())} of the agent`,
    publicKey: key.getPublicSSH(),
    authentication: { type: 'agent', username, agent: agentWith(holder, key) },
  });
  const held = (file: KeyFile): ParsedKey | undefined =>
    keys.find((key) => file.publicKey?.equals(key.getPublicSSH()));
  const among = (key: ParsedKey): boolean =>
    files.some((file) => file.publicKey?.equals(key.getPublicSSH()));

  const matched = files.flatMap((file) => {
    const key = held(file);
    return key && agent ? [{ file: file.file, ...fromAgent(key, agent) }] : [];
  });
  const others = identitiesOnly ? [] : keys.filter((key) => !among(key));
  const alone = files.flatMap((file) =>
    file.key && !held(file)
      ? [
          {
            file: file.file,
            name: file.file,
            publicKey: file.key.getPublicSSH(),
            authentication: { type: 'publickey' as const, username, key: file.key },
          },
        ]
      : [],
  );
  const first = [...matched, ...alone].find(({ file }) => file === identityFile);
  const rest = [
    ...matched,
    ...others.flatMap((key) => (agent ? [fromAgent(key, agent)] : [])),
    ...alone,
  ].filter((identity) => identity !== first);

  const useless = files.filter((file) => file.problem !== undefined && !held(file));
  const told = useless.filter(
    ({ file, problem: why }) =>
      why !== 'absent' || endpoint.identitiesNamed || file === identityFile,
  );
  return {
    usable: first ? [first, ...rest] : rest,
    leftOut: [
      ...told.map(({ file, problem: why }) => `${file}: ${sentence(why)}`),
      ...(problem === undefined ? [] : [problem]),
    ],
    encrypted: useless.find((file) => file.problem === 'encrypted')?.file,
    exposed: useless.find((file) => file.problem === 'exposed')?.file,
  };
}

/** The key is not used, not even when the agent holds it. */
const INSECURE = { key: undefined, publicKey: undefined, problem: 'insecure' } as const;

/**
 * @throws ConnectError when the target's own identity file is a key that everybody has, and the target does
 *   not allow it.
 */
export function refuseInsecureFile({ identityFile, insecureKeys, name }: Endpoint): void {
  if (identityFile === undefined || insecureKeys === 'allowed') return;
  const { publicKey } = readKeyFile(identityFile);
  if (publicKey === undefined || !isInsecureKey(publicKey)) return;
  throw invalid(
    name,
    `${identityFile} is Vagrant's insecure key, which everybody has: whoever reaches the host could log in`,
    "make a key of your own, let the host know it, and remove Vagrant's there: ssh-keygen -t ed25519",
  );
}

function sentence(problem: KeyFile['problem']): string {
  if (problem === 'absent') return 'no such file';
  if (problem === 'exposed') return 'others on this machine may read it, so it is not used';
  if (problem === 'encrypted') return 'needs a passphrase, and the agent does not hold it';
  if (problem === 'insecure') return "it is Vagrant's insecure key, which everybody has";
  return problem?.message ?? '';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function readKeyFile(file: string): KeyFile {
  let content: Buffer;
  try {
    content = readRegularFile(file);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    // Only the public half may be here, the private one being the agent's.
    const publicKey = publicHalf(file);
    return { file, key: undefined, publicKey, problem: absent ? 'absent' : asError(error) };
  }
  const key = parseKey(content);
  // As OpenSSH: neither a key without a passphrase nor one with it. The agent may hold it.
  const exposed = isExposed(file) ? 'exposed' : undefined;
  if (!(key instanceof Error)) {
    const problem = key.isPrivateKey() ? exposed : new Error('it is a public key');
    const usable = problem === undefined ? key : undefined;
    return { file, key: usable, publicKey: key.getPublicSSH(), problem };
  }
  const encrypted = /encrypted|passphrase/i.test(key.message);
  const publicKey = publicKeyOf(content) ?? publicHalf(file);
  return { file, key: undefined, publicKey, problem: encrypted ? (exposed ?? 'encrypted') : key };
}

/** The key in `<file>.pub`. */
function publicHalf(file: string): Buffer | undefined {
  try {
    const [, base64 = ''] = readRegularFile(`${file}.pub`).toString().trim().split(/\s+/);
    return Buffer.from(base64, 'base64');
  } catch {
    return undefined;
  }
}

interface AgentKeys {
  readonly agent?: Agent;
  readonly keys: readonly ParsedKey[];
  readonly problem?: string;
}

function agentKeys(socket: string | undefined): Promise<AgentKeys> {
  if (socket === undefined || socket === '') return Promise.resolve({ keys: [] });
  const agent = agentAt(socket);
  return new Promise((resolve) => {
    agent.getIdentities((error, keys = []) => {
      resolve(
        error ? { keys: [], problem: `the agent at ${socket}: ${error.message}` } : { agent, keys },
      );
    });
  });
}
