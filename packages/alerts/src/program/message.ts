import { harmlessInChats } from '@fairness-deploy/core';
import { describeAge } from '@fairness-deploy/shell/text';
import type { News } from './watch-state.js';
import type { WatchSettings } from './watch-settings.js';

/** A message, for a webhook and for a mail. */
export interface Message {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** For machines. */
  readonly data: object;
}

/** What there is to tell, in words. Pure. */
export function messageOf(
  { environment, host }: Pick<WatchSettings, 'environment' | 'host'>,
  news: News,
  now: Date,
  mask: (text: string) => string,
): Message {
  const where = `${environment}, ${host}`;
  const data = { environment, host, state: news.state, since: news.since, at: now.toISOString() };
  if (news.state === 'well') {
    const seconds = (now.getTime() - Date.parse(news.since)) / 1000;
    const subject = `${where}: well again after ${describeAge(seconds)}`;
    return { subject, text: `✅ ${subject}`, data };
  }
  const [first] = news.causes;
  const subject = mask(`${where} is failing: ${first?.subject ?? ''}`);
  const causes = news.causes.map(({ text }) => mask(text));
  const more = `npx nx run ${environment}:doctor says more`;
  return {
    subject: harmlessInChats(subject),
    text: harmlessInChats([`❌ ${where} is failing`, ...causes, more].join('\n')),
    data: { ...data, causes: news.causes.map((cause) => maskedData(cause.data, mask)) },
  };
}

/** Data with masked texts. */
function maskedData(data: object, mask: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) =>
    typeof value === 'string' ? mask(value) : value,
  );
}
