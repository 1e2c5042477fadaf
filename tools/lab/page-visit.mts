import type { Browser, CDPSession, Page } from 'playwright-core';

/** An answer that a page got, the page itself included. */
export interface PageAnswer {
  readonly url: string;
  readonly status: number;
  /** HTTP's version as ALPN names it: `h2`, `http/1.1`. */
  readonly protocol: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without it, the connection was in clear text. */
  readonly tls?: {
    /** Such as `TLS 1.3`. */
    readonly protocol: string;
    /** The common name of who signed the certificate. */
    readonly issuer: string;
    readonly subject: string;
    /** Seconds since 1970. */
    readonly validTo: number;
  };
}

/** A page that is open in a browser. */
export interface PageVisit {
  /** Of the page itself, after redirects. */
  readonly answer: PageAnswer;
  /** All answers until now, redirects included, in their order; more come while the page is open. */
  readonly answers: readonly PageAnswer[];
  /** Errors that the page wrote to the console, and its uncaught exceptions. */
  readonly errors: readonly string[];
  readonly page: Page;
}

/**
 * Opens a page in a context of its own, and waits until it has loaded.
 *
 * @throws Error with Chromium's own word, such as `net::ERR_CERT_AUTHORITY_INVALID`.
 */
export async function openPage(browser: Browser, url: string): Promise<PageVisit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    errors.push(error.message);
  });
  try {
    const answers = await recordAnswers(await context.newCDPSession(page));
    const response = await page.goto(url);
    const answer = answers.find((one) => one.url === response?.url());
    if (!answer) throw new Error(`Cannot open ${url}: there was no answer`);
    return { answer, answers, errors, page };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Chrome DevTools Protocol, Network.Response: playwright does not tell HTTP's version. */
interface ProtocolResponse {
  readonly url: string;
  readonly status: number;
  readonly protocol?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly securityDetails?: {
    readonly protocol: string;
    readonly issuer: string;
    readonly subjectName: string;
    readonly validTo: number;
  };
}

async function recordAnswers(session: CDPSession): Promise<readonly PageAnswer[]> {
  const answers: PageAnswer[] = [];
  const record = (response: ProtocolResponse): void => {
    answers.push(answerOf(response));
  };
  session.on('Network.requestWillBeSent', ({ redirectResponse }) => {
    if (redirectResponse) record(redirectResponse);
  });
  session.on('Network.responseReceived', ({ response }) => {
    record(response);
  });
  await session.send('Network.enable');
  return answers;
}

function answerOf(response: ProtocolResponse): PageAnswer {
  const { url, status, protocol = '', headers, securityDetails } = response;
  return {
    url,
    status,
    protocol,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    ...(securityDetails && {
      tls: {
        protocol: securityDetails.protocol,
        issuer: securityDetails.issuer,
        subject: securityDetails.subjectName,
        validTo: securityDetails.validTo,
      },
    }),
  };
}
