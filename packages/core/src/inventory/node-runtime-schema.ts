import { z } from 'zod';
import { isSafeMirror } from '../resources/node-runtime.js';

const VERSION = 'expected an exact Node.js version such as 24.11.1';
const MIRROR = 'https://nodejs.org/dist';
const SHA256 = 'expected a SHA-256 of 64 hexadecimal digits';
const URL_EXPECTED = 'expected an http or https URL';

const version = z
  .string({ error: VERSION })
  .regex(/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/, VERSION)
  .describe('The exact version.');

const settings = z.strictObject({
  version,
  mirror: z
    .url({ protocol: /^https?$/, error: URL_EXPECTED })
    .regex(/^[\x21-\x7e]+$/, URL_EXPECTED)
    .transform((url) => url.replace(/\/+$/, ''))
    .default(MIRROR)
    .describe('Where the archive comes from: a site with the layout of nodejs.org/dist.'),
  sha256: z
    .string({ error: SHA256 })
    .regex(/^[0-9a-f]{64}$/, SHA256)
    .describe(
      "The SHA-256 of the archive for the hosts' processor. A mirror over plain http needs it. Default: the one in the mirror's SHASUMS256.txt.",
    )
    .exactOptional(),
});

/** Root runs the programs of this archive. */
const safeSettings = settings.refine(
  // Of what is no URL, the schema says so already.
  ({ mirror, sha256 }) => sha256 !== undefined || !URL.canParse(mirror) || isSafeMirror(mirror),
  {
    path: ['mirror'],
    error: 'anybody on the way could change what comes over plain http, and root runs it',
    params: { hint: 'use https, or add the sha256 of the archive beside it: sha256: …' },
  },
);

/** A Node.js of an exact version and the mirror that it comes from, without a / at its end. */
export type NodeRuntime = Readonly<z.output<typeof settings>>;

/** A version alone is enough: `node: 24.11.1`. */
export const nodeRuntimeSchema = z
  .union(
    [version.transform((text): NodeRuntime => ({ version: text, mirror: MIRROR })), safeSettings],
    {
      error: VERSION,
    },
  )
  .describe('The Node.js that the application runs on: its exact version, or settings.');
