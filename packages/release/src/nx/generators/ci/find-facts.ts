import { loadEnvironment, type Environment } from '@fairness-deploy/core';
import {
  formatOf,
  lockedSecretStore,
  NO_SECTION,
  type SecretsSection,
} from '@fairness-deploy/secrets';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Tree } from '@nx/devkit';
import type { ReleaseSection } from '../../../section/section.js';
import type { CiFacts, SecretsKey } from './ci-facts.js';

export interface CiOptions {
  readonly name: string;
  readonly provider?: 'github' | 'gitlab';
  readonly branch?: string;
  readonly test?: string;
  readonly provision?: boolean;
}

/** What the workspace says of the CI's files, and what somebody has to do besides. */
export interface FoundFacts {
  readonly facts: CiFacts;
  readonly notices: readonly string[];
}

/**
 * Reads an environment for its CI. No secret is opened.
 *
 * @throws EnvironmentError when it can't be loaded; HintedError when it deploys no releases, or one commit only.
 */
export async function findFacts(tree: Tree, options: CiOptions): Promise<FoundFacts> {
  const { name } = options;
  const locked = lockedSecretStore(new Error('Cannot read a secret: it is not needed here'));
  let section: SecretsSection = NO_SECTION;
  const { environment } = await loadEnvironment(
    { workspace: tree.root, name },
    {
      secrets: (declared) => {
        section = declared;
        return locked;
      },
      validates: false,
    },
  );
  // Sound: the schema of our own section has made it.
  const release = environment.sections['release'] as ReleaseSection | undefined;
  if (!release) {
    throw new HintedError(`Cannot let a CI deploy ${name}: it has no section "release"`, {
      hint: `add it to environments/${name}/environment.yaml: release: {}`,
    });
  }
  const place = placeOfCommits(tree, release);
  const branch = options.branch ?? branchOf(tree, release, place);
  if (!/^[\w][\w./-]*$/.test(branch) || /^[0-9a-f]{40}$/.test(branch)) {
    throw new HintedError(`Cannot let a CI deploy ${name}: "${branch}" is no branch`, {
      hint: 'add --branch=main',
    });
  }
  const key = keyOf(tree, name, section);
  const facts: CiFacts = {
    environment: name,
    ...(environment.url !== undefined && { url: environment.url }),
    branch,
    deploysCommit: place === 'workspace',
    isElsewhere: place === 'elsewhere',
    ...(key && { key }),
    packageManager: packageManagerOf(tree),
    node: nodeOf(tree),
    test: options.test ?? 'npm test',
    provision: options.provision ?? false,
  };
  return { facts, notices: noticesOf(tree, environment, facts) };
}

type PlaceOfCommits = 'workspace' | 'artifact' | 'elsewhere';

function placeOfCommits(tree: Tree, { origin }: ReleaseSection): PlaceOfCommits {
  switch (origin.via) {
    case 'artifact':
      return 'artifact';
    case 'bundle':
      return origin.path === undefined ? 'workspace' : 'elsewhere';
    case 'fetch': {
      // The workspace's own repository, as a host fetches from it.
      const own = /^\s*url\s*=\s*(\S+)\s*$/m.exec(tree.read('.git/config', 'utf8') ?? '')?.[1];
      return own === origin.url.url ? 'workspace' : 'elsewhere';
    }
  }
}

function branchOf(tree: Tree, { revision }: ReleaseSection, place: PlaceOfCommits): string {
  if (place === 'workspace' && revision !== undefined) return revision;
  const nx: unknown = JSON.parse(tree.read('nx.json', 'utf8') ?? '{}');
  const base =
    nx !== null && typeof nx === 'object' && 'defaultBase' in nx ? nx.defaultBase : undefined;
  return typeof base === 'string' ? base : 'main';
}

function keyOf(tree: Tree, name: string, { password }: SecretsSection): SecretsKey | undefined {
  const text = tree.read(`environments/${name}/secrets.yaml`, 'utf8');
  if (text === null) return undefined;
  return formatOf(text) === 'age'
    ? { kind: 'identity', variable: 'FAIRNESS_AGE_IDENTITY' }
    : { kind: 'password', variable: password.variable ?? 'FAIRNESS_VAULT_PASSWORD' };
}

function packageManagerOf(tree: Tree): CiFacts['packageManager'] {
  if (tree.exists('pnpm-lock.yaml')) return 'pnpm';
  return tree.exists('yarn.lock') ? 'yarn' : 'npm';
}

function nodeOf(tree: Tree): CiFacts['node'] {
  const file = ['.nvmrc', '.node-version'].find((one) => tree.exists(one));
  return file === undefined ? { version: '22' } : { file };
}

function noticesOf(
  tree: Tree,
  { hosts, folder }: Environment,
  { environment: name, isElsewhere, branch }: CiFacts,
): readonly string[] {
  const keyed = hosts.filter(
    ({ identityFile }) => identityFile?.startsWith(`${folder}/`) === false,
  );
  return [
    ...(tree.exists(`environments/${name}/known_hosts`)
      ? []
      : [
          `There is no environments/${name}/known_hosts yet: npx nx run ${name}:ping pins the keys of the hosts; commit that file.`,
        ]),
    ...keyed.map(
      (host) =>
        `The host ${host.name} names the key ${String(host.identityFile)}. The CI has another one, in an agent: it is tried as well.`,
    ),
    ...(isElsewhere
      ? [
          `The application is in another repository, so only commits of this one, on ${branch}, deploy by themselves: docs/ci.md says how the other repository announces its commits.`,
        ]
      : []),
  ];
}
