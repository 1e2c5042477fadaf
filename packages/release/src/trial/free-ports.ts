/** The ports of a trial: the host chooses them when the trial starts, as one may be taken until then. */
import type { Application } from '@fairness-deploy/core';
import { fail, lines, literal, sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';

/** The ports that a trial may use: above those of services, below those of outgoing connections. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;

/** Stands for a port until the host has chosen one: digits that no system has as a port, and no value holds. */
const FIRST_MARK = 7_206_318_459_010_000;

/** A process's port of the trial: the mark in start scripts, and the shell variable with the port. */
export interface TrialPort {
  readonly process: string;
  readonly mark: string;
  readonly variable: string;
}

/** The application with marks for ports: one instance of each process, in any colour at the same port. */
export function withMarks(application: Application): {
  readonly application: Application;
  readonly ports: readonly TrialPort[];
} {
  const ports: TrialPort[] = [];
  const processes = application.processes.map((process) => {
    if (process.port === undefined) return process;
    const port = FIRST_MARK + ports.length;
    const variable = `fd_port_${String(ports.length)}`;
    ports.push({ process: process.name, mark: String(port), variable });
    return { ...process, port, alternatePort: port, instances: 1 };
  });
  return { application: { ...application, processes }, ports };
}

/** Sets the variable of each port to one on which nothing listens now. */
export function choosePorts(ports: readonly TrialPort[]): Script {
  return sh`
    fd_port=${FIRST_PORT - 1}
    fd_next_port() {
      while fd_port=$((fd_port + 1)) && [ "$fd_port" -le ${LAST_PORT} ]; do
        [ -n "$(ss -Hltn "sport = :$fd_port")" ] || return 0
      done
      ${fail('Cannot start the trial: no port is free', 'see what listens: ss -ltnp')}
    }
    ${lines(
      ...ports.map(
        ({ variable }) => sh`
          fd_next_port
          ${literal(variable)}=$fd_port`,
      ),
    )}`;
}

/** Prints a start script with the chosen ports in it. */
export function printWithPorts(script: Text, ports: readonly TrialPort[]): Script {
  const fill = ports.map(({ mark, variable }) => sh`-e s/${mark}/${literal(`"$${variable}"`)}/g`);
  return sh`printf %s ${script} | LC_ALL=C sed -e '' ${fill}`;
}
