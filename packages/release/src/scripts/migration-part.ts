import type { Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';

/** The parts that a plugin of a database adds to the migration of a deployment, on the host that migrates. */
export interface MigrationPart {
  /** More variables for the command; they replace those of the application with the same name. */
  readonly variables?: Readonly<Record<string, Text>>;
  /**
   * Runs as root before the command, in the shell that then runs it, such as to take a lock that ends
   * with this shell. The migration does not run when it fails.
   */
  readonly before?: Script;
  /**
   * Runs the command, which `run` is: a script that ends with the command's status and prints its
   * output. It may run it again.
   */
  readonly attempts?: (run: Script) => Script;
  /**
   * Prints the names of the applied migrations, a line each, before and after the command: the
   * history then has the new ones.
   */
  readonly applied?: Script;
}
