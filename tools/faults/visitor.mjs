import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which an answer is given up. */
const PATIENCE = 10_000;

/** Milliseconds between an answer and the next question. */
const PAUSE = 50;

/** Asks once; resolves to what was answered, and never rejects. */
export function ask(address, path, agent) {
  return new Promise((resolve) => {
    const call = request({ host: address, path, agent, timeout: PATIENCE }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      response.on('end', () => {
        resolve({ path, status: response.statusCode, body, ...parsed(body) });
      });
      response.on('error', (error) => {
        resolve({ path, error: error.message });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    call.on('error', (error) => {
      resolve({ path, error: error.message });
    });
    call.end();
  });
}

function parsed(body) {
  try {
    const { commit, api, pid } = JSON.parse(body);
    return { commit, api, pid };
  } catch {
    return {};
  }
}

/** What is wrong with answers, each of which must be a whole one of one of the commits: nothing, or a line. */
export function wrongAnswers(answers, commits) {
  const wrong = answers.filter((answer) => !isWhole(answer) || !commits.includes(answer.commit));
  if (wrong.length === 0) return [];
  return [`${wrong.length} of ${answers.length} answers are wrong: ${JSON.stringify(wrong[0])}`];
}

/** Whether an answer is a whole one of a release: of the page, that its API is the same release's. */
function isWhole({ path, status, commit, api }) {
  return status === 200 && commit !== undefined && (path !== '/' || api === commit);
}

/**
 * Visits a site over and over, the page and the API in turn, until told to stop.
 *
 * @returns `stop`, which gives all answers in their order.
 */
export function visit(address) {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const answers = [];
  let on = true;
  const done = (async () => {
    for (let count = 0; on; count += 1) {
      const at = Date.now();
      answers.push({ ...(await ask(address, count % 2 ? '/api' : '/', agent)), at });
      await sleep(PAUSE);
    }
    agent.destroy();
  })();
  return {
    stop: async () => {
      on = false;
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
export async function wholeSite(address, seconds) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const page = await ask(address, '/');
    const api = await ask(address, '/api');
    if (isWhole(page) && isWhole(api) && page.commit === api.commit) return page.commit;
    if (performance.now() > end) return undefined;
    await sleep(50);
  }
}
