import { describeFailure } from '@fairness-deploy/shell/text';
import type { Connection, Script } from '@fairness-deploy/shell';
import { answerGate, sendHeartbeat, HEARTBEAT_INTERVAL_MILLISECONDS } from './gate.js';
import type { Job } from './job.js';

/**
 * Answers a job's gates, over a connection of its own, as the other one follows the job's log; and
 * sends heartbeats.
 */
export class Gatekeeper {
  readonly #job: Job;
  readonly #say: (name: string, line: string) => void;
  readonly #connect: () => Promise<Connection>;
  #connection: Promise<Connection>;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #ending = new AbortController();

  /** @param say takes the output of a step on the client, by the step's name, line by line */
  constructor(
    job: Job,
    connect: () => Promise<Connection>,
    say: (name: string, line: string) => void,
  ) {
    this.#job = job;
    this.#say = say;
    this.#connect = connect;
    this.#connection = this.#open();
    this.#heartbeat = setInterval(() => {
      void this.#send(sendHeartbeat(job.id));
    }, HEARTBEAT_INTERVAL_MILLISECONDS);
  }

  /** The host has begun a step. If the step is a gate, does its work on the client and answers. */
  async reached(at: number): Promise<void> {
    const step = this.#job.steps[at];
    if (!step?.onClient) return;
    const say = (line: string): void => {
      this.#say(step.name, line);
    };
    const reason = await step
      .onClient(say, this.#ending.signal)
      .then(() => undefined, describeFailure);
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

  /**
   * Over a new connection when the old one is lost. When the answer can't be sent at all, the job
   * times out: it gets no heartbeat.
   */
  async #send(script: Script): Promise<void> {
    const connection = this.#connection;
    try {
      await (await connection).run(script);
    } catch {
      if (this.#ending.signal.aborted) return;
      if (this.#connection === connection) this.#connection = this.#open();
      await this.#connection.then((another) => another.run(script)).catch(() => undefined);
    }
  }

  #open(): Promise<Connection> {
    const connection = this.#connect();
    // A later call that sends gets the error; without such a call nobody needs it.
    connection.catch(() => undefined);
    return connection;
  }
}
