import type { Connection } from '@fairness-deploy/shell';
import type { Secret, Text } from '@fairness-deploy/shell/secret';
import type { Environment } from '../inventory/environment.js';
import type { PluginContext } from './plugin.js';

/** A disposable host that stands in for a host of the environment. */
export interface StageHost {
  /** The name of the environment's host. */
  readonly name: string;
  /** The IP address by which the other hosts of the stage reach it. */
  readonly address: string;
  /** The account that logs in. */
  readonly user: string;
  /** The public key that logs in, in OpenSSH's format. */
  readonly publicKey: string;
}

/** Files of a certificate that no authority has signed, and of its key: PEM on this machine. */
export interface StageCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An ACME server on the stage. */
export interface StageAuthority {
  /** The URL of its ACME directory. */
  readonly directory: string;
  /** On this machine: the PEM file of the root that signs the directory's own certificate. */
  readonly rootFile: string;
  /** On this machine: the programs that make and remove TXT records in its DNS, for dns-01. */
  readonly authHook: string;
  readonly cleanupHook: string;
  /** The variables of these programs, by name: without them, nobody changes the DNS. */
  readonly hookVariables: Readonly<Record<string, Text>>;
}

/** What a rehearsal has in place of the real hosts and what is around them. */
export interface Stage {
  /** In the environment's order. */
  readonly hosts: readonly StageHost[];
  /** For all domains of the environment. */
  readonly certificate: StageCertificate;
  readonly authority: StageAuthority;
}

/** What a plugin decides on. */
export interface RehearsalContext<Section> {
  /** The section as its schema returned it. Its secrets may be locked. */
  readonly section: Section;
  /** With the real addresses of its hosts. */
  readonly environment: Environment;
  readonly stage: Stage;
}

/** A service that the stage replaces, as the files name it in plain text. No disposable host reaches the real one. */
export interface ReplacedService {
  /** A name or an IP address. */
  readonly real: string;
  /** The name of the environment's host that has its place on the stage. Default: nothing has. */
  readonly host?: string;
}

/** What a plugin restores a dump with. */
export interface RestoreContext<Section> extends PluginContext<Section> {
  readonly connection: Connection;
}

/** How a plugin takes part in a rehearsal: what only the real hosts can have is replaced. All but `restore` is pure. */
export interface Rehearsal<Section = unknown> {
  /** Whether the section has no part in a rehearsal at all. Default: false. */
  readonly isLeftOut?: boolean;
  /** Whether the stage needs an ACME server. Default: no. */
  needsAuthority?(section: Section): boolean;
  /** Domains of the section, besides Plugin.domains, that must lead to its hosts. */
  domains?(section: Section): readonly string[];
  /** Other services than the hosts whose names and addresses must not lead to the real ones. */
  replaces?(context: Omit<RehearsalContext<Section>, 'stage'>): readonly ReplacedService[];
  /** The section on the stage. Default: as it is. */
  section?(context: RehearsalContext<Section>): Section;
  /** The values of secrets that must fit what the plugin replaces, by name; a Secret is masked. */
  secrets?(context: RehearsalContext<Section>): Readonly<Record<string, string | Secret>>;
  /** The secrets, by name, without whose real values nothing can be rehearsed: no stand-in opens what they open. */
  needsSecrets?(section: Section): readonly string[];
  /** What can't be rehearsed, a line each for people. */
  leavesOut?(section: Section): readonly string[];
  /**
   * Restores a dump that the user names, after the hosts are provisioned and before anything is deployed.
   *
   * @param file on this machine
   * @returns what was restored, for people; undefined: nothing is to do on this host
   * @throws Error when it fails.
   */
  restore?(context: RestoreContext<Section>, file: string): Promise<string | undefined>;
}
