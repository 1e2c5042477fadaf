import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AcmeProblem } from './acme-problem.js';
import type { CertificateFiles } from '../openssl-authority.js';

/** A resource of an ACME server, by its name in the directory (RFC 8555, 7.1.1). */
export type AcmeResource = 'newNonce' | 'newAccount' | 'newOrder' | 'revokeCert' | 'keyChange';

export interface AcmeRelayOptions {
  readonly address: string;
  readonly port: number;
  /** Of the real server, on the same address. */
  readonly upstreamPort: number;
  /** For both servers. */
  readonly tls: CertificateFiles;
  /** PEM of the root of `tls`. */
  readonly root: string;
}

/** Stands in front of an ACME server, and can be down or answer in its place. */
export class AcmeRelay {
  readonly #options: AcmeRelayOptions;
  readonly #server: https.Server;
  /** The paths of the resources, from the server's directory. */
  #paths: Readonly<Record<string, string>> = {};
  readonly #problems = new Map<string, AcmeProblem>();
  readonly #requests = new Map<string, number>();

  private constructor(options: AcmeRelayOptions, key: string, cert: string) {
    this.#options = options;
    this.#server = https.createServer({ key, cert }, (request, response) => {
      this.#answer(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  /** Starts it; the real server must answer. */
  static async start(options: AcmeRelayOptions): Promise<AcmeRelay> {
    const [key, certificate] = await Promise.all(
      [options.tls.keyFile, options.tls.certificateFile].map((file) => readFile(file, 'utf8')),
    );
    const relay = new AcmeRelay(options, key ?? '', certificate ?? '');
    const directory: unknown = JSON.parse(await relay.#text('/dir'));
    relay.#paths = Object.fromEntries(
      Object.entries(directory ?? {}).flatMap(([name, url]: [string, unknown]) =>
        typeof url === 'string' ? [[new URL(url).pathname, name]] : [],
      ),
    );
    await relay.up();
    return relay;
  }

  /** Refuses connections, and ends the open ones. */
  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Answers again. */
  async up(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#options.port, this.#options.address);
    await once(this.#server, 'listening');
  }

  /** Answers each request for a resource with a problem; the real server again without one. */
  refuse(resource: AcmeResource, problem: AcmeProblem | undefined): void {
    if (problem === undefined) this.#problems.delete(resource);
    else this.#problems.set(resource, problem);
  }

  /** How many requests there have been for a resource, refused ones as well. */
  requests(resource: AcmeResource): number {
    return this.#requests.get(resource) ?? 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const resource = this.#paths[request.url ?? ''] ?? '';
    this.#requests.set(resource, (this.#requests.get(resource) ?? 0) + 1);
    const problem = this.#problems.get(resource);
    if (problem !== undefined) {
      request.resume();
      await this.#refuse(problem, response);
      return;
    }
    const answer = await this.#ask(request.url ?? '/', request.method, request.headers, request);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }

  async #refuse(problem: AcmeProblem, response: ServerResponse): Promise<void> {
    const { status, type, detail, retryAfterSeconds } = problem;
    // Clients need a nonce for their next request, after an error as well (RFC 8555, 6.5).
    const nonce = (await this.#ask(this.#pathOf('newNonce'), 'HEAD')).headers['replay-nonce'] ?? '';
    response.writeHead(status, {
      'content-type': 'application/problem+json',
      'replay-nonce': nonce,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    });
    response.end(JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail, status }));
  }

  #pathOf(resource: AcmeResource): string {
    return Object.entries(this.#paths).find(([, name]) => name === resource)?.[0] ?? '/';
  }

  async #text(path: string): Promise<string> {
    const answer = await this.#ask(path, 'GET');
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += String(part);
    return text;
  }

  /** Asks the real server. Its URLs have the host that the request names. */
  async #ask(
    path: string,
    method = 'GET',
    headers: IncomingHttpHeaders = {},
    body?: IncomingMessage,
  ): Promise<IncomingMessage> {
    const { address: host, upstreamPort: port, root: ca } = this.#options;
    const request = https.request({ host, port, path, method, headers, ca, agent: false });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    if (body === undefined) request.end();
    else body.pipe(request);
    const [answer] = await answered;
    if (method === 'HEAD') answer.resume();
    return answer;
  }
}
