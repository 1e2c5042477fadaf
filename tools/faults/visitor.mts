import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** Milliseconds after which an answer is given up. */
const ANSWER_TIMEOUT_MILLISECONDS = 10_000;

/** Milliseconds between an answer and the next question. */
const PAUSE_MILLISECONDS = 50;

/** What the application of tiny.mts answers about itself. */
const toldSchema = z.object({
  commit: z.string().optional(),
  api: z.string().optional(),
  pid: z.number().optional(),
});

/** The answer, or why there is none. */
export interface Answer extends z.infer<typeof toldSchema> {
  readonly path: string;
  readonly status?: number | undefined;
  readonly body?: string;
  readonly error?: string;
}

/** Asks once; resolves to the answer, and never rejects. */
function ask(address: string, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request(
      { host: address, path, agent, timeout: ANSWER_TIMEOUT_MILLISECONDS },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ path, status: response.statusCode, body, ...told(body) });
        });
        response.on('error', (error) => {
          resolve({ path, error: error.message });
        });
      },
    );
    call.on('timeout', () =>
      call.destroy(new Error(`no answer within ${String(ANSWER_TIMEOUT_MILLISECONDS / 1000)} s`)),
    );
    call.on('error', (error) => {
      resolve({ path, error: error.message });
    });
    call.end();
  });
}

function told(body: string): z.infer<typeof toldSchema> {
  try {
    return toldSchema.parse(JSON.parse(body));
  } catch {
    // A page of nginx, or half an answer.
    return {};
  }
}

/**
 * The error of answers, each of which must be a complete one of one of the commits: nothing, or a
 * line.
 */
export function wrongAnswers(
  answers: readonly Answer[],
  commits: readonly string[],
): readonly string[] {
  const wrong = answers.filter((answer) => !isWhole(answer) || !commits.includes(answer.commit));
  if (wrong.length === 0) return [];
  return [
    `${String(wrong.length)} of ${String(answers.length)} answers are wrong: ${JSON.stringify(wrong[0])}`,
  ];
}

/** Whether an answer is a whole one of a release: of the page, that its API is the same release's. */
function isWhole(answer: Answer): answer is Answer & { readonly commit: string } {
  const { path, status, commit, api } = answer;
  return status === 200 && commit !== undefined && (path !== '/' || api === commit);
}

/** Visits that go on until `stop`, which gives all answers in their order. */
export interface Visits {
  stop(): Promise<readonly Answer[]>;
}

/** Visits a site over and over, the page and the API in turn, until told to stop. */
export function visit(address: string): Visits {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const answers: (Answer & { readonly at: number })[] = [];
  const stopped = new AbortController();
  const done = (async () => {
    for (let count = 0; !stopped.signal.aborted; count += 1) {
      const at = Date.now();
      answers.push({ ...(await ask(address, count % 2 ? '/api' : '/', agent)), at });
      await sleep(PAUSE_MILLISECONDS);
    }
    agent.destroy();
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done;
      return answers;
    },
  };
}

/**
 * Waits until the page and the API answer as one release.
 *
 * @returns its commit, or undefined when they don't in time.
 */
export async function wholeSite(address: string, seconds: number): Promise<string | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const page = await ask(address, '/');
    const api = await ask(address, '/api');
    if (isWhole(page) && isWhole(api) && page.commit === api.commit) return page.commit;
    if (performance.now() > end) return undefined;
    await sleep(50);
  }
}
