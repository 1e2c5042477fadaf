import { z } from 'zod';
import { ask } from './visits.mjs';

/** The member that the first migration makes. */
const MEMBER = { email: 'john@doe.com', password: 'john' };

const loginSchema = z.object({ apiToken: z.string() });

/**
 * Logs in at the API, and asks the client for a page of the member: the client asks the API who that is.
 *
 * @returns the problems
 */
export async function greetsMember(address: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${address}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(MEMBER),
  });
  const text = await answer.text();
  if (!answer.ok) return [`the login was answered by ${String(answer.status)}: ${text}`];
  const { apiToken } = loginSchema.parse(JSON.parse(text));
  const cookie = `permacoop_token=${encodeURIComponent(apiToken)}`;
  const { problem } = await ask(address, { path: '/', cookie, shows: 'John Doe' });
  return problem === undefined ? [] : [`the page of the member: ${problem}`];
}
