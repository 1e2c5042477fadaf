import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@fairness-deploy/shell/text';
import { MASK, type Text } from '@fairness-deploy/shell/secret';

/** Milliseconds. */
export interface Patience {
  /** For an answer. */
  readonly timeout: number;
  /** Before the second try. */
  readonly pause: number;
}

/** How many tries. */
const TRIES = 2;

/**
 * Sends a JSON body to a URL by POST. Tries once more after a failure that may be temporary.
 *
 * @returns a warning when it failed, which shows no more of the URL than its host
 */
export async function sendWebhook(
  url: Text,
  body: unknown,
  { timeout, pause }: Patience = { timeout: 10_000, pause: 1000 },
): Promise<string | undefined> {
  if (url.locked) return `Cannot notify ${hostOf(url)}: ${describeFailure(url.locked)}`;
  for (let tries = 1; ; tries += 1) {
    const failure = await post(url, JSON.stringify(body), timeout);
    if (!failure) return undefined;
    if (tries === TRIES || !failure.passing) {
      return `Cannot notify ${hostOf(url)}: ${failure.reason}`;
    }
    await sleep(pause);
  }
}

/** Why a request failed, and whether another try may succeed. */
interface Failure {
  readonly reason: string;
  readonly passing: boolean;
}

async function post(url: Text, body: string, timeout: number): Promise<Failure | undefined> {
  try {
    const response = await fetch(url.reveal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'fairness-deploy' },
      body,
      // A redirect would be followed by GET.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const { status } = response;
    return {
      reason: `it answers ${String(status)}`,
      passing: status >= 500 || status === 408 || status === 429,
    };
  } catch (error) {
    return { reason: reasonOf(error, timeout), passing: true };
  }
}

/** Only the parts of an error that can't hold the URL. */
function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer within ${String(timeout / 1000)} s`;
  const { cause } = error;
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
  return 'the request failed';
}

/** A webhook's path is a password. */
function hostOf(url: Text): string {
  const [, scheme = '', host = MASK] =
    /^(https?:\/\/)(?:[^/@]*@)?([^/?#]*)/i.exec(String(url)) ?? [];
  return `${scheme}${host}/…`;
}
