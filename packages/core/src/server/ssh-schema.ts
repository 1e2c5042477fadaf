import { z } from 'zod';

const PATTERN = 'expected a user or group, or a pattern, such as deploy or deploy@10.0.0.0/8';

/** A pattern of sshd_config(5), which is one word. */
const patternsSchema = z
  .array(z.string({ error: PATTERN }).regex(/^[A-Za-z0-9_.*?!][A-Za-z0-9_.*?!@:/$-]*$/, PATTERN))
  .min(1, PATTERN);

/** `no` and `yes` are words in YAML 1.2. */
const switchSchema = z.boolean({ error: 'expected true or false' });

const count = (least: number, most: number) => {
  const error = `expected a whole number between ${String(least)} and ${String(most)}`;
  return z.int({ error }).min(least, error).max(most, error);
};

/** Options of sshd: those that people harden (sshd_config(5)). What is not named stays as it is. */
export const sshSchema = z
  .strictObject({
    passwordAuthentication: switchSchema
      .optional()
      .describe(
        'Whether people log in with passwords. false: kbdInteractiveAuthentication as well.',
      ),
    kbdInteractiveAuthentication: switchSchema
      .optional()
      .describe('Whether sshd asks questions, such as for a password or a code, by PAM.'),
    permitRootLogin: z
      .union([z.boolean(), z.enum(['prohibit-password', 'forced-commands-only'])], {
        error: 'expected true, false, prohibit-password or forced-commands-only',
      })
      .optional()
      .describe('Whether root logs in: true, false, prohibit-password or forced-commands-only.'),
    allowUsers: patternsSchema
      .optional()
      .describe('Only these users log in: names or patterns, also user@network.'),
    allowGroups: patternsSchema.optional().describe('Only members of these groups log in.'),
    maxAuthTries: count(1, 100).optional().describe('Attempts at logins in a connection.'),
    maxSessions: count(1, 1000).optional().describe('Open sessions in a connection.'),
    loginGraceTime: count(5, 3600).optional().describe('Seconds that a login may take.'),
    clientAliveInterval: count(0, 86_400)
      .optional()
      .describe('Seconds of silence after which sshd asks whether the client is there. 0: never.'),
    clientAliveCountMax: count(1, 1000)
      .optional()
      .describe('Unanswered questions after which sshd ends the connection.'),
    allowTcpForwarding: z
      .union([z.boolean(), z.enum(['local', 'remote'])], {
        error: 'expected true, false, local or remote',
      })
      .optional()
      .describe(
        'Whether connections are forwarded, as jump hosts and tunnels need: true, false, local or remote.',
      ),
    allowAgentForwarding: switchSchema.optional().describe('Whether agents are forwarded.'),
    x11Forwarding: switchSchema.optional().describe('Whether X11 is forwarded.'),
    logLevel: z
      .enum(['INFO', 'VERBOSE'])
      .optional()
      .describe('VERBOSE: the log has the fingerprint of the key of each login.'),
  })
  .refine((options) => Object.keys(options).length > 0, 'expected an option of sshd')
  .describe(
    'Options of sshd, in a file of their own that no other one overrules. A change that keeps this client out is refused, or undone by the host.',
  );
