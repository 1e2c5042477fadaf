import { portSchema, textSchema, z } from '@fairness-deploy/core';

const TLS = 'expected true, or settings such as { port: 8443 }';
const CERTIFICATE =
  'a certificate and its key belong together, expected both of certificate and key';
const MAX_AGE = 'expected a whole number of seconds, such as 31536000 for a year';

/** What hstspreload.org asks for: a year at least, for all names below. */
const PRELOAD_SECONDS = 31_536_000;

const settings = z
  .strictObject({
    port: portSchema
      .default(443)
      .describe('The port on which nginx listens for https, on all addresses.'),
    redirect: z
      .boolean({ error: 'expected true or false' })
      .default(true)
      .describe(
        'Whether requests over http are redirected to https. This begins when the site has its certificate.',
      ),
    certificate: textSchema
      .describe(
        "A certificate that you bring yourself, with its chain, in PEM: a file of the project, relative to the environment's folder, or a secret. Default: the one that another section gets, such as certbot.",
      )
      .exactOptional(),
    key: textSchema
      .describe('The key of this certificate, in PEM: a file of the project, or a secret.')
      .exactOptional(),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: CERTIFICATE,
    params: { hint: "such as: certificate: shop.pem, and key: '${secrets.shop_key}'" },
  });

/** How a site speaks TLS. */
export type Tls = Readonly<z.output<typeof settings>>;

export const tlsSchema = z
  .union([z.literal(true).transform((): Tls => settings.parse({})), settings], { error: TLS })
  .describe(
    'https for the site: true, or settings. The certificate is one of your own, or another section gets it, such as certbot.',
  );

const hsts = z
  .strictObject({
    maxAge: z
      .int({ error: MAX_AGE })
      .min(0, MAX_AGE)
      .max(100 * PRELOAD_SECONDS, MAX_AGE)
      .default(PRELOAD_SECONDS)
      .describe('Seconds for which browsers keep to https; 0 makes them forget it.'),
    includeSubDomains: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Also for all names below those of the site, whatever host they lead to.'),
    preload: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe(
        "Whether browsers may have it built in (hstspreload.org). It takes months to get a name out of their lists, so that it can't be undone soon.",
      ),
  })
  .superRefine(({ maxAge, includeSubDomains, preload }, context) => {
    if (!preload || (includeSubDomains && maxAge >= PRELOAD_SECONDS)) return;
    context.addIssue({
      code: 'custom',
      path: ['preload'],
      message: 'it needs includeSubDomains: true, and a maxAge of 31536000 (a year) at least',
      params: { hint: 'see https://hstspreload.org' },
    });
  });

/** Strict transport security (RFC 6797). */
export type Hsts = Readonly<z.output<typeof hsts>>;

export const hstsSchema = z
  .union([z.literal(true).transform((): Hsts => hsts.parse({})), hsts], {
    error: 'expected true, or settings such as { maxAge: 31536000 }',
  })
  .describe(
    'Browsers that have seen the site once open it by https only, for a year unless told (RFC 6797). Not while it has no certificate.',
  );

/** The value of the header Strict-Transport-Security (RFC 6797, 6.1). */
export function hstsValue({ maxAge, includeSubDomains, preload }: Hsts): string {
  return [
    `max-age=${String(maxAge)}`,
    ...(includeSubDomains ? ['includeSubDomains'] : []),
    ...(preload ? ['preload'] : []),
  ].join('; ');
}
