/** One package index that this machine's apt is set up to use. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  /** What the repository's Release file calls its origin, where apt has it already. */
  readonly origin: string;
}

/** For `apt-get indextargets --format`: what parseAptSources() reads. */
export const aptSourceFormat = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';

const components = ['main', 'contrib', 'non-free', 'non-free-firmware'];

/**
 * Reads Debian's own sources from apt's list of index targets (apt-get(8)): of the release with
 * that codename, its updates and its security fixes. Other vendors' repositories are left out.
 */
export function parseAptSources(indexTargets: string, codename: string): readonly AptSource[] {
  const suites = [codename, `${codename}-updates`, `${codename}-security`];
  return indexTargets.split('\n').flatMap((line): AptSource[] => {
    const [uri = '', suite = '', component = '', origin = ''] = line.split('|');
    const debian = origin === 'Debian' || origin === '' || origin.startsWith('$(');
    return suites.includes(suite) && components.includes(component) && debian
      ? [{ uri: uri.replace(/\/*$/, '/'), suite, component, origin }]
      : [];
  });
}

/** The same sources of another release of Debian, whose mirrors have all releases. */
export function sourcesOf(
  codename: string,
  sources: readonly AptSource[],
  own: string,
): readonly AptSource[] {
  return sources.map((source) => ({
    ...source,
    suite: `${codename}${source.suite.slice(own.length)}`,
  }));
}

/** The text of a sources.list(5) that reads the same indices over plain HTTP, through the gateway. */
export function renderSourcesList(sources: readonly AptSource[]): string {
  const lines = new Map<string, string[]>();
  for (const { uri, suite, component } of sources) {
    const key = `${uri.replace(/^https:/, 'http:')} ${suite}`;
    lines.set(key, [...(lines.get(key) ?? []), component]);
  }
  return [...lines].map(([key, parts]) => `deb ${key} ${parts.join(' ')}\n`).join('');
}
