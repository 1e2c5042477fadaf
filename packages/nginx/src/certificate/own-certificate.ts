import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { PluginIssue } from '@fairness-deploy/core';
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
 * @throws Error when a file can't be read, a secret can't be opened, or the two don't fit.
 */
export function ownCertificate(site: string, tls: Tls, folder: string): OwnCertificate | undefined {
  const pair = pairOf(tls, folder);
  if (!pair) return undefined;
  const { certificate, key } = pair;
  // What a server shows to everyone is no secret.
  const digest = createHash('sha256').update(certificate.reveal()).digest('hex');
  const path = `${OWN_CERTIFICATES}/${site}/${digest}`;
  return {
    folder: path,
    resources: [
      directory({ path, parents: true }),
      file({ path: `${path}/${CHAIN_FILE}`, content: certificate, mode: '0644' }),
      file({ path: `${path}/${KEY_FILE}`, content: key, mode: '0600' }),
    ],
  };
}

/**
 * Checks the certificate that a site brings: that it is one, has its key and the site's names, and is
 * valid now. A locked secret is not checked.
 *
 * @param path of the site's settings of TLS
 */
export function checkOwnCertificate(
  tls: Tls,
  names: readonly string[],
  {
    path,
    folder,
    now,
  }: { readonly path: readonly string[]; readonly folder: string; readonly now: Date },
): readonly PluginIssue[] {
  const at = [...path, 'certificate'];
  if (tls.certificate?.locked ?? tls.key?.locked) return [];
  let parsed: X509Certificate | undefined;
  try {
    parsed = pairOf(tls, folder)?.parsed;
  } catch (error) {
    return [{ path: at, message: failureOf(error).message }];
  }
  if (!parsed) return [];
  const { validFrom, validTo } = parsed;
  const hint = 'bring another certificate, or leave it out and let the section certbot get one';
  if (new Date(validTo) < now) return [{ path: at, message: `it expired on ${validTo}`, hint }];
  if (new Date(validFrom) > now) return [{ path: at, message: `it begins on ${validFrom}`, hint }];
  const missing = names.filter((name) => !parsed.checkHost(name.replace('*', 'any')));
  if (missing.length === 0) return [];
  return [{ path: at, message: `it is not for ${missing.join(', ')}`, hint }];
}

interface Pair {
  readonly certificate: Text;
  readonly key: Text;
  readonly parsed: X509Certificate;
}

function pairOf({ certificate, key }: Tls, folder: string): Pair | undefined {
  if (!certificate || !key) return undefined;
  const chain = pemOf(certificate, folder);
  const ofKey = pemOf(key, folder);
  const parsed = parseChain(chain.reveal());
  const isKey = parsed.checkPrivateKey(parseKey(ofKey.reveal()));
  if (!isKey) throw new Error('Cannot use the certificate: the key is that of another one');
  return {
    certificate: chain,
    // Also a file's: nobody may see it.
    key: ofKey.secrets.length > 0 ? ofKey : Text.of(new Secret('key', ofKey.reveal())),
    parsed,
  };
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
