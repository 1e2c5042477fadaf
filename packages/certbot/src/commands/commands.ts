import type {
  CommonOptions,
  EnvironmentCommand,
  HostCommand,
  HostCommandOptions,
} from '@fairness-deploy/core/commands';
import type { Environment } from '@fairness-deploy/core';
import { linkCertificates, linkPlaceholders } from '@fairness-deploy/nginx';
import { lines, sh } from '@fairness-deploy/shell';
import { issueCertificate, useCertificate } from '../certificate/certificate.js';
import { runProgram } from '../certificate/program.js';
import { chosenCertificates } from '../host/certificates.js';
import { liveFolder } from '../section/lineages.js';
import type { Section } from '../section/section.js';

const SECTION = 'certbot';

/** Options of a command on certificates. */
interface CertificateOptions extends HostCommandOptions {
  /** Only this one. */
  readonly name?: string;
}

/** @throws HintedError when there is no certificate of that name, before any host is contacted. */
function checkName({ name }: CertificateOptions, environment: Environment): void {
  // Sound: the plugin's own schema returned it.
  chosenCertificates(environment.sections[SECTION] as Section, environment, name);
}

export interface IssueOptions extends CertificateOptions {
  /** Issue new ones also where the present ones are as wanted. */
  readonly force?: boolean;
}

/** Issues certificates that are missing or not as wanted, without a provision. */
export const issueCommand: HostCommand<Section, IssueOptions> = {
  name: 'certbot-issue',
  section: SECTION,
  validate: checkName,
  run: ({ job, section, environment, options: { name, force = false } }) =>
    job(
      chosenCertificates(section, environment, name).map(({ request, site }) => ({
        name: `issue ${request.name}`,
        run: issueCertificate({ request: { ...request, force }, site }),
      })),
    ),
};

export interface RenewOptions extends CertificateOptions {
  /** Renew also what is not due. */
  readonly force?: boolean;
  /** Ask for certificates that nobody gets. */
  readonly dryRun?: boolean;
}

/** Renews certificates that are due, and proves that nginx serves them. */
export const renewCommand: HostCommand<Section, RenewOptions> = {
  name: 'certbot-renew',
  section: SECTION,
  validate(options, environment) {
    checkName(options, environment);
    if (!options.force || !options.dryRun) return;
    throw new Error(
      `Cannot renew the certificates of ${environment.name}: --force and --dry-run contradict each other`,
    );
  },
  run: ({ job, section, environment, options: { name, force = false, dryRun = false } }) =>
    job(
      chosenCertificates(section, environment, name).map((spec) => {
        const request = { ...spec.request, force };
        return dryRun
          ? { name: `dry run of ${request.name}`, run: runProgram('renew', request, 'dry-run') }
          : {
              name: `renew ${request.name}`,
              run: lines(runProgram('renew', request), useCertificate({ ...spec, request })),
            };
      }),
    ),
};

/** The reasons that Certbot takes (RFC 5280, 5.3.1). */
export const REASONS = [
  'unspecified',
  'keycompromise',
  'affiliationchanged',
  'superseded',
  'cessationofoperation',
] as const;

export interface RevokeOptions extends CertificateOptions {
  readonly reason?: (typeof REASONS)[number];
}

/**
 * Revokes certificates and removes their files. Their sites go on over http, with a placeholder, until
 * the next deployment issues new ones.
 */
export const revokeCommand: HostCommand<Section, RevokeOptions> = {
  name: 'certbot-revoke',
  section: SECTION,
  validate: checkName,
  question: ({ name }, environment) =>
    `Until the next certificate is there, its sites have a placeholder: browsers that know their HSTS do not open them. Revoke ${name === undefined ? 'all certificates' : `the certificate ${name}`} of ${environment.name}, for good`,
  async run({ job, section, environment, options: { name, reason = 'unspecified' }, say }) {
    const end = await job(
      chosenCertificates(section, environment, name).flatMap(({ request, site }) => [
        {
          name: `placeholder for ${request.name}`,
          run: site === undefined ? sh`:` : linkPlaceholders([site]),
          undo: site === undefined ? sh`:` : linkCertificates({ [site]: liveFolder(request.name) }),
        },
        { name: `revoke ${request.name}`, run: runProgram('revoke', request, reason) },
      ]),
    );
    if (end.outcome !== 'failed') {
      say(
        `The next deployment issues new certificates; at once: npx nx run ${environment.name}:certbot-issue`,
      );
    }
    return end;
  },
};

/** Shows the certificates in detail. */
export const statusCommand: EnvironmentCommand<CommonOptions> = {
  name: 'certbot-status',
  section: SECTION,
  withoutSecrets: true,
  load: async () => (await import('./show-status.js')).showStatus,
};
