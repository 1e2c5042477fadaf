import { type Report } from '@fairness-deploy/sandbox';
import { startCommand, type CommandEnd } from '../lab/command.mjs';
import { visit, type Page } from './visits.mjs';
import { ENVIRONMENT, type Workspace } from './workspace.mjs';

/** A finding of a test: what was done, and what was wrong with it. */
export interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
  /** Requests that a visitor had to send twice. */
  readonly again: number;
  readonly problems: readonly string[];
  /** Of a command: its steps that took longer than a second, in seconds. */
  readonly steps?: Readonly<Record<string, number>>;
}

/** What a command under visits must do. */
export interface Expected {
  /** The pages that must answer all the time. */
  readonly pages: readonly Page[];
  /** For a command that must fail: what it must say. */
  readonly fails?: RegExp;
  /** It reloads nginx, which closes connections between two requests. */
  readonly reloads?: true;
}

/** Collects the results of a test, and says each as it comes. */
export class Checklist {
  readonly results: Result[] = [];
  readonly #workspace: Workspace;
  readonly #address: string;
  readonly #say: Report;

  constructor(workspace: Workspace, address: string) {
    this.#workspace = workspace;
    this.#address = address;
    this.#say = workspace.say;
  }

  /** A check of its own, which gives what is wrong. @returns whether nothing is. */
  async check(name: string, problemsOf: () => Promise<readonly string[]>): Promise<boolean> {
    const since = performance.now();
    const problems = await problemsOf().catch((error: unknown) => [String(error)]);
    const seconds = (performance.now() - since) / 1000;
    return this.#add({ name, seconds, requests: 0, failed: 0, again: 0, problems });
  }

  /** Runs a command of the product while the site is visited. @returns whether it did what it must. */
  async command(name: string, words: readonly string[], expected: Expected): Promise<boolean> {
    const [command = '', ...options] = words;
    const visits = expected.pages.length > 0 ? visit(this.#address, expected.pages) : undefined;
    const end = await startCommand(this.#workspace, [command, ENVIRONMENT, ...options]).ended;
    const { requests = 0, failed = [], again = 0 } = (await visits?.stop()) ?? {};
    const first = failed[0];
    return this.#add({
      name,
      seconds: end.seconds,
      requests,
      failed: failed.length,
      again,
      steps: longSteps(end),
      problems: [
        ...(first ? [`requests failed, such as ${first.path}: ${first.problem ?? ''}`] : []),
        ...(again > 0 && !expected.reloads ? [`${String(again)} requests were sent twice`] : []),
        ...wrongWith(end, expected.fails),
      ],
    });
  }

  #add(result: Result): boolean {
    const { name, seconds, requests, failed, again, problems } = result;
    this.results.push(result);
    const visits =
      requests > 0
        ? `, ${String(requests)} requests, ${String(failed)} failed, ${String(again)} sent twice`
        : '';
    this.#say(
      `${name}: ${problems.length === 0 ? 'pass' : `FAIL ${problems.join('; ')}`} (${seconds.toFixed(1)} s${visits})`,
    );
    return problems.length === 0;
  }
}

function longSteps({ events }: CommandEnd): Readonly<Record<string, number>> {
  const steps: Record<string, number> = {};
  const begun = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'step-started') begun.set(event.name, event.after);
    if (event.type !== 'step-ended') continue;
    // One that did not run has not started.
    const milliseconds = event.after - (begun.get(event.name) ?? event.after);
    if (milliseconds > 1000) steps[event.name] = Math.round(milliseconds / 100) / 10;
  }
  return steps;
}

function wrongWith({ status, said }: CommandEnd, fails: RegExp | undefined): readonly string[] {
  const expected = fails === undefined ? 0 : 1;
  const end = said.slice(-3000);
  if (status !== expected) return [`it ended with ${String(status)}: ${end}`];
  return fails && !fails.test(said) ? [`it does not show ${String(fails)}: ${end}`] : [];
}
