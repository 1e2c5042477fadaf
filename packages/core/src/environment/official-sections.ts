import type { Issue } from '@fairness-deploy/environment-file';

/** The sections that packages of our own scope bring. */
const PACKAGES: Readonly<Record<string, string>> = {
  server: 'core',
  release: 'release',
  nginx: 'nginx',
  supervisor: 'supervisor',
  sandbox: 'sandbox',
};

export const OFFICIAL_SECTIONS: readonly string[] = Object.keys(PACKAGES);

/** What to say of a section whose plugin is known to exist but isn't in nx.json. */
export function missingOfficialPlugin(section: string): Issue | undefined {
  if (!Object.hasOwn(PACKAGES, section)) return undefined;
  const name = `@fairness-deploy/${String(PACKAGES[section])}`;
  return {
    path: [section],
    message: `this section needs the plugin ${name}, which nx.json does not name`,
    hint: `npm install -D ${name}, and add "${name}/plugin" to "plugins" in nx.json`,
  };
}
