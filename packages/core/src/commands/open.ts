import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { didYouMean } from '@fairness-deploy/environment-file';
import { addressOfTarget } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Host } from '../inventory/environment.js';
import { pluginsOn, sitesOf } from '../runner/plugins-on-host.js';
import type { CommonOptions, Run } from '../runner/run.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';
import { targetOf } from '../runner/target-of.js';
import { browserOf, openInBrowser, thisMachine } from './browser.js';

/** Options of `open`. */
export interface OpenOptions extends CommonOptions {
  /** The name of the site; default: the first one. */
  readonly site?: string;
}

/** The site in the browser of this machine. It contacts no host, and needs no secret. */
export const OPEN: LocalCommand<OpenOptions> = {
  name: 'open',
  withoutSecrets: 'unread',
  ownsOutput: ({ json = false }) => !json,
  load: () => Promise.resolve(open),
};

/** A site, and where the client reaches its host. */
interface Found {
  readonly url: URL;
  /** The host's address when the host runs on this machine: its names may not lead there. */
  readonly local: string | undefined;
}

/**
 * Prints the URL of a site, and opens it where there is a browser to see it in.
 *
 * @returns 0, also when no browser could be opened: the URL is printed.
 * @throws HintedError when there is no such site; Error when the environment can't be loaded, or a plugin
 *   does not reach its host, such as a sandbox that is not up.
 */
export async function open({
  load,
  options,
  reporter,
  started,
}: LocalRun<OpenOptions>): Promise<number> {
  const run = await load();
  started();
  const { url, local } = await find(run, options.site);
  const program = browserOf(thisMachine());
  if (!options.json) process.stdout.write(`${url.href}\n`);
  if (local !== undefined) await tellUnresolved(run, url, local);
  const failure = program === undefined ? undefined : await openInBrowser(program, url.href);
  if (failure !== undefined) {
    reporter.report({ type: 'notice', text: `No browser was opened: ${failure}` });
  }
  reporter.report({
    ...{ type: 'plugin', text: '' },
    data: { type: 'open', url: url.href, opened: program !== undefined && failure === undefined },
  });
  return 0;
}

/** The wanted site of the first host that has it. */
async function find(run: Run, wanted: string | undefined): Promise<Found> {
  const names = new Set<string>();
  for (const host of run.hosts) {
    const { sites, local } = await onHost(run, host);
    for (const { site, url } of sites) {
      if (site !== undefined) names.add(site);
      if (wanted === undefined || site === wanted) return { url: checked(run, url), local };
    }
  }
  const { name } = run.environment;
  if (wanted === undefined) {
    throw new HintedError(`Cannot open ${name}: it has no site with a URL`, {
      hint: 'add a section that has one, such as: nginx: {}',
    });
  }
  const known = [...names];
  throw new HintedError(`Cannot open the site "${wanted}" of ${name}: there is none of that name`, {
    hint:
      didYouMean(wanted, known) ??
      (known.length === 0 ? 'leave out --site' : `there are: ${known.join(', ')}`),
  });
}

async function onHost(run: Run, host: Host) {
  const plugins = pluginsOn(run, host);
  const target = await targetOf(run.environment, plugins, host, 'without password');
  const address = addressOfTarget(target);
  const sites = sitesOf(run, host, { ...target, address });
  return { sites, local: plugins.some((plugin) => 'target' in plugin) ? address : undefined };
}

/** @throws HintedError when a plugin names what no browser should get, such as a file. */
function checked({ environment }: Run, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new HintedError(
    `Cannot open ${environment.name}: ${JSON.stringify(text)} is no URL of a site`,
    {
      hint: 'expected one that begins with http:// or https://',
    },
  );
}

/** Names of a site on a host of this machine lead elsewhere, or nowhere, unless this machine says otherwise. */
async function tellUnresolved(run: Run, { hostname }: URL, address: string): Promise<void> {
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0 || hostname === address) return;
  const found = await lookup(hostname, { all: true }).catch(() => []);
  if (found.some((one) => one.address === address)) return;
  const leads = found.length === 0 ? 'nowhere' : 'elsewhere';
  run.reporter.report({
    type: 'notice',
    text: `${hostname} leads ${leads} from this machine. To see the site, add this line to /etc/hosts:\n${address} ${hostname}`,
  });
}
