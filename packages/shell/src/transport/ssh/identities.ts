import type { Endpoint } from './endpoint.js';
import { keyType } from '../../client/ssh-reader.js';
import { agentKeys } from './agent-keys.js';
import { fingerprint } from './host-key.js';
import { readKeyFile, type KeyFile } from './key-file.js';
import { isRefused, keyFilesOf } from './refused-keys.js';
import { agentWith, type Agent, type Authentication, type ParsedKey } from './libraries.js';

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

/**
 * Gathers the keys in ssh's order: those of the agent that are among the files, the
 * agent's others unless `IdentitiesOnly` is set, then the files that the agent doesn't
 * hold. The target's own identity file comes before all. Keys that everybody has are left out.
 */
export async function identities(endpoint: Endpoint): Promise<Identities> {
  const { identityFile, identitiesOnly, user: username } = endpoint;
  const refused = (key: Buffer | undefined): boolean => isRefused(endpoint, key);
  const read = await Promise.all(keyFilesOf(endpoint).map(readKeyFile));
  const files = read.map((file) => (refused(file.publicKey) ? { ...file, ...INSECURE } : file));
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

function sentence(problem: KeyFile['problem']): string {
  if (problem === 'absent') return 'no such file';
  if (problem === 'exposed') return 'others on this machine may read it, so it is not used';
  if (problem === 'encrypted') return 'needs a passphrase, and the agent does not hold it';
  if (problem === 'insecure') return "it is Vagrant's insecure key, which everybody has";
  return problem?.message ?? '';
}
