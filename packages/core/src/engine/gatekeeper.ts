import type { Connection } from '../transport/transport.js';
import { answerGate, giveSign, HEARTBEAT } from './gate.js';
import type { Job } from './job.js';

/**
 * Answers a job's gates, over a connection of its own, as the other one follows the job's log;
 * and gives signs of life meanwhile.
 */
export class Gatekeeper {
  readonly #job: Job;
  readonly #say: (name: string, line: string) => void;
  readonly #connection: Promise<Connection>;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #ending = new AbortController();

  /** @param say takes what happens on the client for a step, by its name, line by line */
  constructor(
    job: Job,
    connect: () => Promise<Connection>,
    say: (name: string, line: string) => void,
  ) {
    this.#job = job;
    this.#say = say;
    this.#connection = connect();
    // Whoever answers a gate gets the error; without a gate, none is needed.
    this.#connection.catch(() => undefined);
    this.#heartbeat = setInterval(() => {
      void this.#send(giveSign(job.id));
    }, HEARTBEAT);
  }

  /** The host has got to a step; if it is a gate, its answer is found and given. */
  async reached(at: number): Promise<void> {
    const step = this.#job.steps[at];
    if (!step?.onClient) return;
    const say = (line: string): void => {
      this.#say(step.name, line);
    };
    const reason = await step.onClient(say, this.#ending.signal).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await this.#send(answerGate(this.#job.id, String(at), reason));
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#ending.abort();
    await this.#connection.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  /** When it can't be sent, the job finds that by itself: it hears nothing any more. */
  async #send(script: ReturnType<typeof giveSign>): Promise<void> {
    try {
      await (await this.#connection).run(script);
    } catch {
      clearInterval(this.#heartbeat);
    }
  }
}
