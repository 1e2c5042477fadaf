/** Which system a host runs: read, parsed, and refused where it is not supported. */
import { sh, type Script } from '@fairness-deploy/shell';
import { excerpt, HintedError } from '@fairness-deploy/shell/text';
import { RELEASES, SUPPORTED_RELEASES, type Release } from './releases.js';

/** The system of a host. */
export interface HostSystem {
  /** For people: `Debian GNU/Linux 12 (bookworm)`; undefined: the host does not say. */
  readonly name: string | undefined;
  /** Undefined: it is not supported. */
  readonly release: Release | undefined;
}

/** The file of os-release(5); /etc/os-release comes before that of /usr/lib. */
const FILES = ['/etc/os-release', '/usr/lib/os-release'] as const;

/** More than the file of any system has. */
const MOST_BYTES = 8192;

/** Prints os-release(5), without running it as a script; nothing where there is none. */
export const PRINT_SYSTEM: Script = sh`
  for fd_file in ${FILES}; do
    [ -f "$fd_file" ] || continue
    head -c ${MOST_BYTES} "$fd_file" || :
    break
  done`;

/** Parses os-release(5), which the host may have filled with anything. */
export function parseSystem(printed: string): HostSystem {
  const value = (key: string): string | undefined => {
    // Later lines count, as for a shell.
    const line = printed.split('\n').findLast((one) => one.startsWith(`${key}=`));
    const text = line?.slice(key.length + 1).trim();
    const bare = text === undefined ? undefined : (/^(["'])(.*)\1$/.exec(text)?.[2] ?? text);
    return bare === undefined || bare === '' ? undefined : excerpt(bare);
  };
  const id = value('ID');
  const version = value('VERSION_ID');
  const release = RELEASES.find((one) => one.id === id && one.version === version);
  const plain = [value('NAME') ?? id, version].filter((part) => part !== undefined).join(' ');
  return { name: value('PRETTY_NAME') ?? (plain === '' ? undefined : plain), release };
}

/** A host runs a system that is not supported; nothing was done. */
export class UnsupportedSystemError extends HintedError {
  override readonly name = 'UnsupportedSystemError';
  /** @param act what is not done: `provision` */
  constructor(act: string, host: string, { name }: HostSystem) {
    super(`Cannot ${act} host "${host}": ${unsupported(name)}. Nothing was changed`, {
      hint: `use a host with one of these: ${SUPPORTED_RELEASES}`,
    });
  }
}

/** What a host with an unsupported system is, for people. */
export function unsupported(name: HostSystem['name']): string {
  return name === undefined
    ? 'its system is unknown, as it has no /etc/os-release'
    : `it runs ${name}, which is not supported`;
}

/** @throws UnsupportedSystemError when a host's system is not supported. */
export function requireSupported(act: string, host: string, system: HostSystem): Release {
  if (system.release) return system.release;
  throw new UnsupportedSystemError(act, host, system);
}

/** Prints the release for {@link releaseOf}, such as `debian 12`: the fact of a byFact(). */
export const RELEASE_FACT: Script = sh`
  {
    ${PRINT_SYSTEM}
  } | {
    fd_id='' fd_version=''
    while IFS='=' read -r fd_key fd_value || [ -n "$fd_key" ]; do
      fd_value=\${fd_value#[\"\']}
      fd_value=\${fd_value%[\"\']}
      case $fd_key in
        ID) fd_id=$fd_value ;;
        VERSION_ID) fd_version=$fd_value ;;
      esac
    done
    printf '%s %s' "$fd_id" "$fd_version"
  }`;

/** The release of a {@link RELEASE_FACT}; undefined for the empty one, and for one that is not supported. */
export function releaseOf(fact: string): Release | undefined {
  return RELEASES.find((release) => fact === factOf(release));
}

/**
 * Within a job: runs a script when the host's release is not supported.
 *
 * @param refused must end the script that it stands in
 */
export function unlessSupported(refused: Script): Script {
  const [first, ...others] = RELEASES.map((release) => sh`${factOf(release)}`);
  const supported = others.reduce((all, one) => sh`${all} | ${one}`, first ?? sh`''`);
  return sh`
    fd_system=$(
    ${RELEASE_FACT}
    )
    case $fd_system in
    ${supported}) ;;
    *)
    ${refused}
    ;;
    esac`;
}

function factOf({ id, version }: Pick<Release, 'id' | 'version'>): string {
  return `${id} ${version}`;
}
