import { z } from 'zod';
import { repositoryPathSchema } from './field-schemas.js';
import { DEFAULT_MIRROR, isSafeMirror } from '../resources/node-mirror.js';

const VERSION = 'expected a version of Node.js, such as 24.11.1, 24 or lts';
const FILE =
  "expected a file of the repository that has the version, such as .nvmrc or package.json, without '..'";
const PACKAGE_MANAGER = 'expected pnpm or yarn with an exact version, such as pnpm@10.12.1';
const SHA256 = 'expected a SHA-256 of 64 hexadecimal digits';
const URL_EXPECTED = 'expected an http or https URL';

const EXACT = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/;

/** Whether a version of Node.js leaves no choice: `24.11.1`. */
export function isExactVersion(version: string): boolean {
  return EXACT.test(version);
}

const written = z.string().regex(/^(?:lts|(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){0,2})$/, VERSION);

/** YAML reads 24 and 24.11 as numbers. */
const version = z
  .union([written, z.number()], { error: VERSION })
  .transform(String)
  .pipe(written)
  .describe(
    'An exact version; a part of one such as 24 or 24.11, for the newest; or lts, for the newest with long-term support. What is not exact is chosen at each deployment, from the index of the mirror.',
  );

const settings = z.strictObject({
  version: version.exactOptional(),
  file: repositoryPathSchema(FILE)
    .describe(
      "Instead of version: a file of the deployed commit that has it. .nvmrc, .node-version or another file with a version alone; or package.json (volta.node, devEngines.runtime, engines.node). It is looked for in the application's folder, then in the folders above it.",
    )
    .exactOptional(),
  mirror: z
    .url({ protocol: /^https?$/, error: URL_EXPECTED })
    .regex(/^[\x21-\x7e]+$/, URL_EXPECTED)
    .transform((url) => url.replace(/\/+$/, ''))
    .default(DEFAULT_MIRROR)
    .describe('Where the archive comes from: a site with the layout of nodejs.org/dist.'),
  sha256: z
    .string({ error: SHA256 })
    .regex(/^[0-9a-f]{64}$/, SHA256)
    .describe(
      "The SHA-256 of the archive for the hosts' processor, of an exact version. A mirror over plain http needs it. Default: the one in the mirror's SHASUMS256.txt.",
    )
    .exactOptional(),
  packageManager: z
    .string({ error: PACKAGE_MANAGER })
    .regex(
      /^(?:pnpm|yarn)@\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+sha(?:1|224|256|384|512)\.[0-9a-f]+)?$/,
      PACKAGE_MANAGER,
    )
    .describe(
      'The package manager and its exact version, such as pnpm@10.12.1, for a repository whose package.json does not name one. What package.json names goes first.',
    )
    .exactOptional(),
});

const checkedSettings = settings
  .superRefine(({ version: given, file }, context) => {
    const refuse = (message: string, hint: string): void => {
      context.addIssue({ code: 'custom', path: ['version'], message, params: { hint } });
    };
    if (given === undefined && file === undefined) {
      refuse(VERSION, 'or name a file that has it: file: .nvmrc');
    } else if (given !== undefined && file !== undefined) {
      refuse(
        'there is a file beside it, which has the version as well',
        'remove one of the two, or write "version: null" where the version is inherited',
      );
    }
  })
  .refine(
    (given) =>
      given.sha256 === undefined || (given.version !== undefined && isExactVersion(given.version)),
    {
      path: ['sha256'],
      error: 'a checksum is that of one archive, expected an exact version beside it',
      params: { hint: 'such as version: 24.11.1; or remove sha256' },
    },
  )
  // Root runs the programs of this archive.
  .refine(
    // Of what is no URL, the schema says so already.
    ({ mirror, sha256 }) => sha256 !== undefined || !URL.canParse(mirror) || isSafeMirror(mirror),
    {
      path: ['mirror'],
      error: 'anybody on the way could change what comes over plain http, and root runs it',
      params: { hint: 'use https, or add the sha256 of the archive beside it: sha256: …' },
    },
  );

/**
 * The wanted Node.js: a version, or a file that has it, and the mirror that it comes from, without a /
 * at its end.
 */
export type NodeRuntime = Readonly<z.output<typeof settings>>;

/** A version alone is enough: `node: 24.11.1`, `node: 24`, `node: lts`. */
export const nodeRuntimeSchema = z
  .union(
    [
      version.transform((text): NodeRuntime => ({ version: text, mirror: DEFAULT_MIRROR })),
      checkedSettings,
    ],
    { error: VERSION },
  )
  .describe(
    'The Node.js that the application runs on: its version, or settings. Each release keeps the version that it was made with. Without it, the application has no Node.js: it is any other program.',
  );
