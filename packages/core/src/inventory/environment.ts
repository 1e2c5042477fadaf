import type { Text } from '@fairness-deploy/secrets';

/** A machine of an environment, as its file describes it. */
export interface Host {
  readonly name: string;
  /** A host name, an IP address or an alias of ~/.ssh/config; the host's own name unless given. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  /** Relative paths are relative to the environment's folder, `~` is the user's home. */
  readonly identityFile?: string;
  /** Use sudo to become root; true unless told. Without meaning for the user root. */
  readonly sudo: boolean;
  readonly sudoPassword?: Text;
}

/** How a process says that it is well: an HTTP path, the status expected and how long to wait for it. */
export interface HealthCheck {
  readonly path: string;
  readonly status: number;
  /** Seconds between two tries. */
  readonly interval: number;
  /** Seconds until it must have answered. */
  readonly deadline: number;
}

export interface Process {
  readonly name: string;
  /** A program and its arguments; never a shell line. */
  readonly command: readonly string[];
  /** Where it listens on the loopback address; also in its environment as PORT. */
  readonly port: number;
  /** The URL path that nginx sends to it; absent when it isn't reached from outside. */
  readonly route?: string;
  readonly health: HealthCheck;
  /** Added to the application's own. */
  readonly env: Readonly<Record<string, Text>>;
}

export interface NodeRuntime {
  /** Exact: `20.20.2`. */
  readonly version: string;
  /** Where the archives come from, with the layout of nodejs.org/dist. */
  readonly mirror: string;
}

/** What is deployed. */
export interface Application {
  readonly name: string;
  /** The system user that it runs as; its name unless given. */
  readonly user: string;
  /** Absolute path of the folder that holds repository, releases and shared files: `/srv/<name>` unless given. */
  readonly home: string;
  readonly node: NodeRuntime;
  readonly env: Readonly<Record<string, Text>>;
  readonly processes: readonly Process[];
}

export interface Environment {
  readonly name: string;
  /** Absolute path of the workspace on the client. */
  readonly workspace: string;
  /** Absolute path of the folder that holds environment.yaml. */
  readonly folder: string;
  readonly hosts: readonly Host[];
  readonly application?: Application;
  /** The plugins' sections by key, each as its own schema returned it. */
  readonly sections: Readonly<Record<string, unknown>>;
}
