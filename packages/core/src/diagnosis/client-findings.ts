import { failureOf } from '@fairness-deploy/shell/text';
import type { Host } from '../inventory/environment.js';
import { askPlugin, pluginFailure } from '../plugin/ask-plugin.js';
import type { ClientCheck, Finding } from '../plugin/check.js';
import type { Reached } from '../plugin/plugin.js';
import type { SectionFinding } from '../runner/judge-checks.js';
import { contextOf, pluginsOn, urlsOf } from '../runner/plugins-on-host.js';
import type { Run } from '../runner/run.js';
import { askSite } from './ask-site.js';
import { judgeSite } from './judge-site.js';

/** Seconds that one check may take. */
const DEADLINE_SECONDS = 15;

interface SectionClientCheck {
  readonly section: string;
  readonly check: ClientCheck;
}

/** What the client's answers mean, given the findings about the host. */
export type ClientJudge = (onHost: readonly SectionFinding[]) => readonly SectionFinding[];

/**
 * Asks all that the client asks itself about a host, side by side: its sites, and what the plugins ask.
 *
 * @param reached where the client reaches the host
 */
export async function askFromClient(run: Run, host: Host, reached: Reached): Promise<ClientJudge> {
  const asked = await Promise.all(clientChecksOf(run, host, reached).map(askOne));
  return (onHost) => asked.flatMap((judge) => judge(onHost));
}

async function askOne({ section, check }: SectionClientCheck): Promise<ClientJudge> {
  const { name, layer } = check;
  try {
    const judge = await check.ask(AbortSignal.timeout(DEADLINE_SECONDS * 1000));
    return (onHost) => judge(onHost).map((finding) => ({ layer, ...finding, section }));
  } catch (error) {
    const { message, hint } = failureOf(pluginFailure(section, `the check "${name}"`, error));
    const finding: SectionFinding = {
      ...{ section, name, layer, level: 'warn', data: {} },
      text: `cannot be checked: ${message}`,
      ...(hint !== undefined && { hint }),
    };
    return () => [finding];
  }
}

function clientChecksOf(run: Run, host: Host, reached: Reached): readonly SectionClientCheck[] {
  const plugins = pluginsOn(run, host);
  const isLocal = plugins.some(({ insecureKeys }) => insecureKeys === 'allowed');
  const sites = [...new Set(urlsOf(run, host, reached))].map((url) =>
    siteCheck(new URL(url), reached.address, isLocal),
  );
  const others = plugins.flatMap((plugin) => {
    const { section } = plugin;
    const context = contextOf(run, plugin, host);
    const found = askPlugin(section, 'its function "clientChecks"', () =>
      plugin.clientChecks?.(context),
    );
    return (found ?? []).map((check) => ({ section, check }));
  });
  return [...sites.map((check) => ({ section: 'client', check })), ...others];
}

/** Asks for a URL as a browser does. */
function siteCheck(url: URL, address: string, isLocal: boolean): ClientCheck {
  return {
    name: url.href,
    layer: 'answer',
    async ask(signal) {
      const answer = await askSite(url, isLocal ? address : undefined, signal);
      return (onHost): readonly Finding[] => judgeSite({ url, address, isLocal }, answer, onHost);
    },
  };
}
