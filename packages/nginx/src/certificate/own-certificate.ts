import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { exampleName, type PluginIssue } from '@fairness-deploy/core';
import { directory, file, readProjectFile, type Resource } from '@fairness-deploy/core/resources';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { failureOf } from '@fairness-deploy/shell/text';
import type { Tls } from '../section/tls-schema.js';
import { CHAIN_FILE, KEY_FILE, OWN_CERTIFICATES } from './certificate-folders.js';

/** A certificate that the team brings. */
export interface OwnCertificate {
  /** Its folder on the host. Another certificate has another one, so that no reader sees half of a pair. */
  readonly folder: string;
  readonly resources: readonly Resource[];
}

/**
 * The certificate that a site brings; undefined when another section gets it.
 *
 * @param folder the environment's: files are relative to it
 * @throws Error when a file can't be read, or a secret can't be opened.
 */
export function ownCertificate(site: string, tls: Tls, folder: string): OwnCertificate | undefined {
  if (!tls.certificate || !tls.key) return undefined;
  const certificate = pemOf(tls.certificate, folder);
  const key = pemOf(tls.key, folder);
  // What a server shows to everyone is no secret.
  const digest = createHash('sha256').update(certificate.reveal()).digest('hex');
  const path = `${OWN_CERTIFICATES}/${site}/${digest}`;
  return {
    folder: path,
    resources: [
      directory({ path, parents: true }),
      file({ path: `${path}/${CHAIN_FILE}`, content: certificate, mode: '0644' }),
      file({ path: `${path}/${KEY_FILE}`, content: asSecret(key), mode: '0600' }),
    ],
  };
}

/**
 * Checks the certificate that a site brings: that it is one, and has its key and the site's names. When it
 * begins and ends is for `status` to say: an expired one must not prevent a rollback. A locked secret is
 * not checked.
 *
 * @param path of the site's settings of TLS
 * @param folder the environment's
 */
export function checkOwnCertificate(
  { certificate, key }: Tls,
  names: readonly string[],
  { path, folder }: { readonly path: readonly string[]; readonly folder: string },
): readonly PluginIssue[] {
  if (!certificate || !key || certificate.locked || key.locked) return [];
  const atCertificate = [...path, 'certificate'];
  const parsed = attempt(() => parseChain(pemOf(certificate, folder).reveal()), atCertificate);
  const ofKey = attempt(() => parseKey(pemOf(key, folder).reveal()), [...path, 'key']);
  if ('issue' in parsed || 'issue' in ofKey) {
    return [parsed, ofKey].flatMap((one) => ('issue' in one ? [one.issue] : []));
  }
  if (!parsed.value.checkPrivateKey(ofKey.value)) {
    return [{ path: [...path, 'key'], message: 'it belongs to another certificate' }];
  }
  const missing = names.filter((name) => !parsed.value.checkHost(exampleName(name)));
  if (missing.length === 0) return [];
  const hint = 'bring another certificate, or leave it out and let the section certbot get one';
  return [{ path: atCertificate, message: `it is not for ${missing.join(', ')}`, hint }];
}

function attempt<Value>(
  read: () => Value,
  path: readonly string[],
): { readonly value: Value } | { readonly issue: PluginIssue } {
  try {
    return { value: read() };
  } catch (error) {
    return { issue: { path, message: failureOf(error).message } };
  }
}

/** Nobody may see a key, also one of a file. */
function asSecret(key: Text): Text {
  return key.secrets.length > 0 ? key : Text.of(new Secret('key', key.reveal()));
}

/** PEM in a secret, or in a file of the project. */
function pemOf(value: Text, folder: string): Text {
  if (value.secrets.length === 0 && value.reveal().includes('-----BEGIN')) {
    throw new Error(
      'Cannot use PEM that is written into environment.yaml: expected a file of the project, or a secret',
    );
  }
  const text =
    value.secrets.length > 0 ? value : Text.of(readProjectFile(resolve(folder, value.reveal())));
  return text.mapWhole((pem) => `${pem.trim()}\n`);
}

function parseChain(pem: string): X509Certificate {
  // Everybody may read the file, and a plan shows it.
  const [other] = [...pem.matchAll(/-----BEGIN ([^-]*)-----/g)].filter(
    ([, kind]) => kind !== 'CERTIFICATE',
  );
  if (other) {
    throw new Error(
      `Cannot use the certificate: it holds a "${other[1] ?? ''}" as well, expected certificates alone`,
    );
  }
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [first] = all.map((one) => new X509Certificate(one));
    if (first) return first;
  } catch (cause) {
    throw new Error('Cannot read the certificate: it is damaged', { cause });
  }
  throw new Error(
    'Cannot read the certificate: expected PEM, which begins with -----BEGIN CERTIFICATE-----',
  );
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> {
  if (pem.includes('ENCRYPTED')) {
    throw new Error('Cannot read the key: it has a passphrase, and nginx could not open it');
  }
  try {
    return createPrivateKey(pem);
  } catch {
    // Without its cause, which might quote it.
    throw new Error('Cannot read the key: expected PEM, such as -----BEGIN PRIVATE KEY-----');
  }
}
