import { agentAt, type Agent, type ParsedKey } from './libraries.js';

/** The keys of an agent. */
export interface AgentKeys {
  readonly agent?: Agent;
  readonly keys: readonly ParsedKey[];
  readonly problem?: string;
}

/** Asks an agent for its keys. An agent that does not answer has none. */
export function agentKeys(socket: string | undefined): Promise<AgentKeys> {
  if (socket === undefined) return Promise.resolve({ keys: [] });
  const agent = agentAt(socket);
  return new Promise((resolve) => {
    agent.getIdentities((error, keys = []) => {
      resolve(
        error ? { keys: [], problem: `the agent at ${socket}: ${error.message}` } : { agent, keys },
      );
    });
  });
}
