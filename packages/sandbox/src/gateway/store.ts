import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { paths } from '../system/paths.js';
import { writeFileAtomically } from '../system/write-file.js';

/** The metadata of an answer. */
export interface StoredAnswer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, of the last time that the server was asked. */
  readonly checked: number;
  /** Absolute path of the body. */
  readonly body: string;
}

const keptHeaders = ['content-type', 'last-modified', 'etag'];

/** The answers of one area (`apt`, `npm`), on disk, shared by all hosts and processes. */
export class Store {
  readonly #folder: string;
  readonly #running = new Map<string, Promise<StoredAnswer | IncomingMessage>>();

  constructor(area: string) {
    this.#folder = paths.cache(area);
  }

  /**
   * The stored answer if it is at most `maximumAge` milliseconds old, else the server's, which is
   * stored when it is a 200. When the server fails, returns an old answer. Simultaneous callers get
   * the same answer. Answers other than 200 are for one reader only.
   */
  async get(
    key: string,
    maximumAge: number,
    request: (headers: Record<string, string>) => Promise<IncomingMessage>,
  ): Promise<StoredAnswer | { status: number; reason: string }> {
    const running = this.#running.get(key) ?? this.#fetch(key, maximumAge, request);
    this.#running.set(key, running);
    try {
      const answer = await running;
      if ('body' in answer) return answer;
      return { status: answer.statusCode ?? 502, reason: answer.statusMessage ?? '' };
    } finally {
      this.#running.delete(key);
    }
  }

  async #fetch(
    key: string,
    maximumAge: number,
    request: (headers: Record<string, string>) => Promise<IncomingMessage>,
  ): Promise<StoredAnswer | IncomingMessage> {
    const path = join(this.#folder, createHash('sha256').update(key).digest('hex'));
    const stored = await this.#read(path);
    if (stored !== undefined && Date.now() - stored.checked < maximumAge) return stored;
    let response: IncomingMessage;
    try {
      response = await request(conditions(stored));
    } catch (error) {
      if (stored !== undefined) return stored;
      throw error;
    }
    const status = response.statusCode ?? 502;
    if (status !== 200) response.resume();
    if (stored !== undefined && status >= 500) return stored;
    if (stored !== undefined && status === 304) return await this.#keep(path, stored);
    if (status !== 200) return response;
    return await this.#write(path, key, response);
  }

  async #read(path: string): Promise<StoredAnswer | undefined> {
    try {
      // Written by #keep() only.
      return JSON.parse(await readFile(`${path}.json`, 'utf8')) as StoredAnswer;
    } catch {
      return undefined;
    }
  }

  async #write(path: string, url: string, response: IncomingMessage): Promise<StoredAnswer> {
    await mkdir(this.#folder, { recursive: true });
    // The body gets a name of its own: a reader of the old one keeps reading it.
    const body = `${path}.${randomBytes(6).toString('hex')}`;
    const previous = await this.#read(path);
    try {
      await pipeline(response, createWriteStream(`${body}.part`));
      await rename(`${body}.part`, body);
    } catch (error) {
      await rm(`${body}.part`, { force: true });
      throw error;
    }
    const headers = Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = response.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const answer = await this.#keep(path, { url, headers, checked: 0, body });
    if (previous !== undefined) await rm(previous.body, { force: true });
    return answer;
  }

  async #keep(path: string, answer: StoredAnswer): Promise<StoredAnswer> {
    const kept = { ...answer, checked: Date.now() };
    await writeFileAtomically(`${path}.json`, JSON.stringify(kept));
    return kept;
  }
}

function conditions(stored: StoredAnswer | undefined): Record<string, string> {
  const etag = stored?.headers['etag'];
  const modified = stored?.headers['last-modified'];
  if (etag !== undefined) return { 'if-none-match': etag };
  return modified === undefined ? {} : { 'if-modified-since': modified };
}
