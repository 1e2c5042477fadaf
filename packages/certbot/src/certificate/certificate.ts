import {
  defineResource,
  type Resource,
  type ResourceOptions,
} from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import {
  CHAIN_FILE,
  IS_CERTIFICATE,
  KEY_FILE,
  linkCertificates,
  useNames,
  subjectAlternativeNames,
} from '@fairness-deploy/nginx';
import { LETSENCRYPT, liveFolder } from '../section/lineages.js';
import { parseRenewal } from './renewal-file.js';
import { runProgram } from './program.js';
import type { CertificateRequest } from './request.js';

/** A certificate of Certbot, and nginx's site that serves it, if one does. */
export interface CertificateSpec {
  readonly request: CertificateRequest;
  readonly site?: string | undefined;
}

interface State {
  /** A name a line, so that a plan shows what comes and goes. */
  readonly names: string;
  readonly state: string;
  readonly server: string;
  readonly 'key type': string;
  readonly challenge: string;
  readonly hooks: readonly string[];
  readonly renewal: string;
}

/** Ends the certificate's part of what is read, before the file of its renewal. */
const RENEWAL = '--- renewal';

const certificateType = defineResource<CertificateSpec, State>({
  type: 'certificate',
  name: ({ request }) => request.name,
  read: ({ request: { name } }) => {
    const folder = liveFolder(name);
    const certificate = `${folder}/${CHAIN_FILE}`;
    const renewal = `${LETSENCRYPT}/renewal/${name}.conf`;
    return sh`
      [ -f ${certificate} ] && [ -f ${`${folder}/${KEY_FILE}`} ] && [ -f ${renewal} ] || exit 0
      openssl x509 -noout -ext subjectAltName -in ${certificate} 2>/dev/null || exit 0
      ${IS_CERTIFICATE}
      if ! fd_is_certificate ${folder}; then
        echo 'state: does not fit its key'
      elif ! openssl x509 -noout -checkend 0 -in ${certificate} >/dev/null; then
        echo 'state: expired'
      else
        echo 'state: valid'
      fi
      echo ${RENEWAL}
      cat -- ${renewal}`;
  },
  parse(output) {
    const [certificate = '', renewal = ''] = output.split(`${RENEWAL}\n`);
    const { server, keyType, challenge, hooks, renews } = parseRenewal(renewal);
    return {
      names: aLineEach(subjectAlternativeNames(certificate)),
      state: /^state: (.*)$/m.exec(certificate)?.[1] ?? 'unknown',
      ...{ server, 'key type': keyType, challenge, hooks },
      renewal: renews ? 'on' : 'off',
    };
  },
  desired: ({ request: { names, server, keyType, challenge } }) => ({
    names: aLineEach(names),
    state: 'valid',
    ...{ server, 'key type': keyType },
    challenge:
      challenge.kind === 'webroot'
        ? `webroot ${challenge.path}`
        : [
            ...['dns', challenge.authHook],
            ...(challenge.cleanupHook === null ? [] : [challenge.cleanupHook]),
          ].join(' '),
    hooks: [],
    renewal: 'on',
  }),
  write: issueCertificate,
  follows: () => ['apt:packages'],
});

/**
 * A certificate that is as wanted, or is asked for at a CA. When the CA fails, so does this resource
 * alone, and nginx goes on with the certificate that it has.
 *
 * A deployment applies it at its end: a certificate that is gone, as after a revocation, comes back.
 */
export function certificate(spec: CertificateSpec, options: ResourceOptions): Resource {
  return { ...certificateType(spec, options), atDeployment: 'applied' };
}

/** Gets the certificate, unless the present one is as wanted, and has nginx serve it. */
export function issueCertificate({ request, site }: CertificateSpec): Script {
  return lines(runProgram('issue', request), useCertificate({ request, site }));
}

/** Has nginx serve the present certificate of a site. */
export function useCertificate({ request, site }: CertificateSpec): Script {
  if (site === undefined) return sh`:`;
  return sh`
    fd_served() {
    ${runProgram('check-served', request)}
    }
    # No reload when it is served already.
    if fd_said=$(fd_served 2>&1); then
      printf '%s\n' "$fd_said"
      ${useNames(site)}
    else
      ${linkCertificates({ [site]: liveFolder(request.name) })}
      fd_served
    fi`;
}

function aLineEach(names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `${name}\n`)
    .join('');
}
