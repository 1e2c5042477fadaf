import { isIP } from 'node:net';
import { domainSchema, envSchema, projectFileSchema, textSchema, z } from '@fairness-deploy/core';
import { directoryOf } from './servers.js';

const EMAIL = 'expected an address such as ops@example.org, or none';
const SERVER = 'expected letsencrypt, letsencrypt-staging, or the https URL of an ACME directory';
const DRY_RUN_SERVER = 'expected letsencrypt-staging, the https URL of an ACME directory, or none';
const LINEAGE =
  'expected a name of lower-case letters, digits, ., - and _, beginning with a letter or a digit';

const email = z
  .string({ error: EMAIL })
  .max(254, EMAIL)
  // What certbot and the CAs take; the CA refuses the rest itself (RFC 8555, invalidContact).
  .regex(/^(?:none|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})$/, EMAIL);

const keyType = z.enum(['ecdsa', 'rsa'], { error: 'expected ecdsa or rsa' });

const server = z
  .string({ error: SERVER })
  .refine((text) => directoryOf(text) !== undefined, { error: SERVER });

const dryRunServer = z
  .string({ error: DRY_RUN_SERVER })
  .refine((text) => text === 'none' || directoryOf(text) !== undefined, { error: DRY_RUN_SERVER });

const certificate = z
  .strictObject({
    domains: z
      .array(domainSchema(), { error: 'expected a list of domain names' })
      .min(1, 'expected at least one domain name')
      .describe('Its names. A wildcard needs `dns`.'),
    keyType: keyType.describe("The type of its key. Default: the section's.").exactOptional(),
  })
  .describe('A certificate.');

const address = z
  .string({ error: 'expected an IP address' })
  .refine((text) => isIP(text) !== 0, { error: 'expected an IP address' });

export const sectionSchema = z
  .strictObject({
    email: email.describe(
      'The address that the CA writes to when something is wrong with a certificate; `none`: no address.',
    ),
    server: server
      .describe(
        'The CA: letsencrypt; letsencrypt-staging, whose certificates no browser trusts; or the https URL of an ACME directory. Default: letsencrypt.',
      )
      .exactOptional(),
    caCertificate: projectFileSchema
      .describe(
        "The certificate of the CA that has signed the ACME directory's own certificate: a PEM file, relative to the environment's folder. For a private CA.",
      )
      .exactOptional(),
    dryRunServer: dryRunServer
      .describe(
        'The ACME directory of a dry run, which gives nobody a certificate. `server` is asked only after the dry run has succeeded, so that no failure counts there. Default: letsencrypt-staging for letsencrypt, none for others.',
      )
      .exactOptional(),
    keyType: keyType
      .default('ecdsa')
      .describe('The type of the keys. A change counts at the next renewal.'),
    eab: z
      .strictObject({
        kid: z
          .string({ error: 'expected the key identifier that the CA has given you' })
          .regex(/^[\x21-\x7e]+$/, 'expected one word'),
        hmacKey: textSchema.refine(({ secrets }) => secrets.length > 0, {
          error: 'expected a secret: everyone who reads this file could use your account at the CA',
          params: { hint: "write: '${secrets.eab}'" },
        }),
      })
      .describe('External account binding (RFC 8555, 7.3.4): some CAs ask for it.')
      .exactOptional(),
    challenge: z
      .enum(['http', 'dns'], { error: 'expected http or dns' })
      .default('http')
      .describe(
        'How the CA checks a name: http (on port 80, through nginx) or dns. Wildcards always use dns.',
      ),
    dns: z
      .strictObject({
        authHook: projectFileSchema.describe(
          "A program that makes a TXT record, relative to the environment's folder. It gets CERTBOT_DOMAIN and CERTBOT_VALIDATION, and must wait until the record can be seen.",
        ),
        cleanupHook: projectFileSchema
          .describe('A program that removes the record. It gets CERTBOT_AUTH_OUTPUT as well.')
          .exactOptional(),
        env: envSchema
          .describe('Environment variables of both, such as a token for the DNS provider.')
          .prefault({}),
      })
      .describe('Programs that root runs on the host for the challenge dns.')
      .exactOptional(),
    certificates: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, LINEAGE), certificate)
      .describe(
        "Further certificates, by name, besides those of nginx's sites: for other programs of the host, in /etc/letsencrypt/live/<name>.",
      )
      .prefault({}),
    publicAddresses: z
      .array(address, { error: 'expected a list of IP addresses' })
      .describe(
        'Public addresses of the host that a router translates (NAT). They are not checked before the CA is asked.',
      )
      .prefault([]),
  })
  .describe("Certificates for nginx's sites, from an ACME CA by Certbot.");

/** Certificates, and the CA that they come from. */
export type Section = Readonly<z.output<typeof sectionSchema>>;
