import type { Application } from '@fairness-deploy/core';
import { MANAGED, type Address, type Resource } from '@fairness-deploy/core/resources';
import { colourFolder, layoutOf } from '@fairness-deploy/release';
import type { SitesReached } from '@fairness-deploy/nginx';
import { HintedError } from '@fairness-deploy/shell/text';
import { describeFound } from '../old/describe-found.js';
import { parseFound, type Found } from '../old/found.js';
import { oldGroups } from '../old/old-groups.js';
import { refuseLostDirectives, withoutAccepted, type OldFile } from '../old/lost-directives.js';
import { oldFile, oldReach, oldRoutes } from '../old/old-routes.js';
import { readOld } from '../old/read-old.js';
import type { TakeoverRecord } from '../section/record.js';
import { programsFile, type Section } from '../section/section.js';
import type { SharedFolder } from '../section/shared-folders.js';
import { adoptOldRelease, OLD_TARGET } from './old-release.js';
import { refuseUnsafe } from './refuse-unsafe.js';

/** What an adoption is made of. */
export interface AdoptionContext {
  readonly application: Application;
  readonly section: Section;
  readonly shared: readonly SharedFolder[];
  /** Where visitors reach our sites. */
  readonly reached: SitesReached;
}

/** The address of {@link adoption}. */
export function adoptionAddress({ name }: Pick<Application, 'name'>): Address {
  return `takeover:${name}`;
}

/**
 * The old application is adopted: until the first release is live, it counts as the release in blue, and
 * our site sends requests to it. The plan shows what becomes of each old thing.
 */
export function adoption(context: AdoptionContext): Resource {
  const { application, section, shared, reached } = context;
  const layout = layoutOf(application);
  const address = adoptionAddress(application);
  const read = readOld(application, section, shared);
  return {
    address,
    after: [
      `application-home:${layout.home}`,
      `directory:${layout.configuration}`,
      `directory:${colourFolder(layout, 'blue')}`,
    ],
    follows: [],
    read,
    plan(output, login) {
      const found = parseFound(output);
      if (found.live) return undefined;
      if (found.record && found.blue === OLD_TARGET) return undefined;
      if (!found.record && found.programs === undefined && found.large.length === 0)
        return undefined;
      refuseUnsafe(section, found, login);
      const record = found.record ?? newRecord(context, found);
      if (!record) return undefined;
      refuseLost(context, found);
      return {
        // Not 'create', whose differences have one line.
        action: 'update',
        differences: describeFound(found, record, section),
        apply: adoptOldRelease(application, record, reached.sites),
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}

/** Undefined when there is nothing to take over. */
function newRecord(
  { section, application, reached }: AdoptionContext,
  found: Found,
): TakeoverRecord | undefined {
  if (found.programs === undefined) return undefined;
  if (found.blue !== undefined && found.blue !== OLD_TARGET) {
    throw new HintedError(
      `Cannot take over the old application: a release of ${application.name} has the ports of blue already`,
      { hint: 'deploy first, or remove the section takeover' },
    );
  }
  const groups = oldGroups(programsFile(section), found.programs);
  const sites = [...found.sites].map(([name, text]) =>
    withoutAccepted(oldFile(name, text), section.accept),
  );
  refuseLostDirectives(
    found.main === undefined || found.main.includes(MANAGED)
      ? undefined
      : withoutAccepted(oldFile('nginx.conf', found.main), section.accept),
    sites,
  );
  const routes = oldRoutes(sites);
  if (routes.length === 0) {
    throw new HintedError(
      `Cannot take over the old site: ${section.sites.join(' and ')} in /etc/nginx/sites-enabled lead to no program`,
      { hint: 'name the files of the old site: takeover.sites' },
    );
  }
  refuseUnreached(reached, sites);
  return { routes: routes.map((one) => ({ ...one, ports: [...one.ports] })), groups };
}

/** Each port and name of the old site must be one of ours. */
function refuseUnreached({ ports, names }: SitesReached, sites: readonly OldFile[]): void {
  const old = oldReach(sites);
  const port = old.ports.find((one) => !ports.includes(one));
  if (port !== undefined) {
    throw new HintedError(
      `Cannot take over the old site: it is reached on the port ${String(port)}, and no site of ours is`,
      {
        hint:
          port === 443
            ? 'serve ours by https too: nginx: { sites: { <name>: { domains: [<its names>], tls: true } } }, and certbot: { email: … }'
            : 'let a site of ours listen there: nginx: { sites: { <name>: { listen: <port> } } }',
      },
    );
  }
  if (old.anyName && names) {
    throw new HintedError(
      'Cannot take over the old site: it answers to any name, and no site of ours does',
      { hint: 'leave out the domains of a site: nginx: { sites: { <name>: {} } }' },
    );
  }
  const name = old.names.find((one) => names && !names.some((own) => covers(own, one)));
  if (name !== undefined) {
    throw new HintedError(
      `Cannot take over the old site: it answers to the name ${name}, and no site of ours does`,
      { hint: `add it to the domains or the aliases of a site: aliases: [${name}]` },
    );
  }
}

/** Whether a name of ours, which may be a wildcard, is a name or has it below it. */
function covers(own: string, name: string): boolean {
  return own === name || (own.startsWith('*.') && name.slice(name.indexOf('.')) === own.slice(1));
}

/** The first deployment removes the checkout, with the uploads that release.shared does not name. */
function refuseLost({ section, shared }: AdoptionContext, { uploads }: Found): void {
  if (uploads === undefined || section.keep || shared.some(({ old }) => old === uploads)) return;
  throw new HintedError(
    `Cannot take over the old application: ${uploads} has files, and no release would have them`,
    {
      hint: 'share that folder: release: { shared: [server/uploads] }; or keep the checkout: takeover: { keep: true }',
    },
  );
}
