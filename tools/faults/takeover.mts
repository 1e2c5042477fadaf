import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  deleteLayer,
  installPrerequisites,
  powerOff,
  powerOn,
  saveLayer,
} from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import {
  checkoutOf,
  startVisitors,
  TakeoverHost,
  type OldServer,
} from '@fairness-deploy/takeover/testing';
import { settled } from '../lab/hosts.mjs';
import { killAndWait, listJobs, nextJob, processOf } from './job.mjs';
import { problemsOf, type Found, type PartOptions } from './part.mjs';

const SERVER: OldServer = {
  generation: 'A',
  domain: 'permacoop.test',
  // Its packages would take most of the time of each case.
  certbot: 'Debian',
  node: { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' },
};

/** The disks of a host as the old roles have left it, and of one that is provisioned. */
const LAYERS = { provision: 'faults-takeover-old', deploy: 'faults-takeover-adopted' } as const;
type Command = keyof typeof LAYERS;

const KINDS = ['client killed', 'job killed', 'power cut'] as const;
type Fault = (typeof KINDS)[number];

/** What a step changes on the way: a file or folder that is there, has a text, or is gone. */
interface Mark {
  /** Below the host's root. */
  readonly path: string;
  readonly is: 'there' | 'gone' | { readonly with: string };
}

/** A fault after the end of a step of a command's job, or within the next step: once that one has made a mark. */
interface Case {
  readonly command: Command;
  readonly after: string;
  readonly fault: Fault;
  readonly mark?: Mark;
}

/** Of the step that replaces nginx's files, in the order in which it makes them. */
const NGINX_MARKS: readonly Mark[] = [
  { path: 'etc/nginx/takeover-permacoop', is: 'there' },
  { path: 'etc/nginx/takeover-permacoop/permacoop.conf', is: 'there' },
  { path: 'etc/nginx/nginx.conf', is: { with: 'include takeover-permacoop/' } },
  { path: 'etc/nginx/sites-enabled/letsencrypt.conf', is: 'gone' },
];
/** The step before that one. */
const BEFORE_NGINX = 'site-certificate:permacoop';

/** Of the step that stops the old programs: it has saved their file, and removes it next. */
const STOP_MARK: Mark = {
  path: 'var/lib/fairness-deploy/takeover/permacoop/old/supervisor.conf',
  is: 'there',
};

/** In the middle of the steps that have several parts. */
const SHORT: readonly Case[] = [
  fault('provision', BEFORE_NGINX, 'job killed', NGINX_MARKS[2]),
  fault('provision', 'takeover-nginx:permacoop', 'power cut'),
  fault('deploy', 'switch', 'job killed'),
  fault('deploy', 'stop', 'power cut', STOP_MARK),
];

/** When the host is gone, in seconds until it must serve again. */
const BOOT_TIMEOUT_SECONDS = 60;
/** How many hosts are at work side by side. */
const WORKERS = 2;

export interface TakeoverOptions extends PartOptions {
  /** Whether a fault after a step was asked for. */
  readonly chosen: (pair: { readonly after: string; readonly fault: string }) => boolean;
}

function fault(command: Command, after: string, kind: Fault, mark?: Mark): Case {
  return { command, after, fault: kind, ...(mark && { mark }) };
}

/** Takes a server of the old roles over again and again, each time with a fault at another moment. */
export async function testTakeover({ say, short, chosen }: TakeoverOptions): Promise<Found> {
  await installPrerequisites(say);
  try {
    const names = await prepare(say);
    const all = short ? SHORT : allCases(names);
    for (const { command, after } of all) indexOf(names[command], after);
    const queue = all.filter(chosen);
    const results: { readonly name: string; readonly problems: readonly string[] }[] = [];
    const note = (name: string, problems: readonly string[]): void => {
      results.push({ name, problems });
      say(`${name}: ${problems.length === 0 ? 'pass' : `FAIL ${problems.join('; ')}`}`);
    };
    const work = async (worker: number): Promise<void> => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const { command, after, fault: kind, mark } = one;
        const name = `${kind} after ${after} of ${command}${mark ? `, when ${describeMark(mark)}` : ''}`;
        note(name, await withHost(worker, command, (site) => interrupt(site, one, names[command])));
      }
    };
    note('a release that needs the old programs', await withHost(0, 'deploy', failAlone));
    await settled(Array.from({ length: WORKERS }, (_, at) => work(at + 1)));
    return { problems: problemsOf(results) };
  } finally {
    for (const layer of Object.values(LAYERS)) await deleteLayer(layer);
  }
}

type Names = Readonly<Record<Command, readonly string[]>>;

/** A fault of each kind after each step, and further ones within the steps that make marks. */
function allCases(names: Names): readonly Case[] {
  const each = (['provision', 'deploy'] as const).flatMap((command) =>
    names[command].flatMap((after) => KINDS.map((kind) => fault(command, after, kind))),
  );
  const within = (['job killed', 'power cut'] as const).flatMap((kind) => [
    ...NGINX_MARKS.map((mark) => fault('provision', BEFORE_NGINX, kind, mark)),
    fault('deploy', 'stop', kind, STOP_MARK),
  ]);
  return [...each, ...within];
}

/** @throws Error when there is no such step: a case must not pass without its fault. */
function indexOf(names: readonly string[], step: string): number {
  const at = names.indexOf(step);
  if (at === -1) throw new Error(`There is no step "${step}" among: ${names.join(', ')}`);
  return at;
}

function describeMark({ path, is }: Mark): string {
  return `/${path} ${typeof is === 'string' ? `is ${is}` : `has "${is.with}"`}`;
}

function isMade({ host }: TestHost, { path, is }: Mark): boolean {
  const file = join(host.root, path);
  if (is === 'there' || is === 'gone') return existsSync(file) === (is === 'there');
  return readFileSync(file, 'utf8').includes(is.with);
}

/** Makes the two disks, and returns the names of the steps of both commands. */
async function prepare(say: PartOptions['say']): Promise<Names> {
  say('a server as the old roles have left it');
  const started = await startTestHost('faults-takeover', { release: 'bullseye' });
  const site = await TakeoverHost.start(started, SERVER);
  try {
    const stepsOf = async (command: Command): Promise<readonly string[]> => {
      const known = listJobs(started.host);
      const [job] = await Promise.all([
        nextJob(started.host, known),
        succeed(site, command, ...(command === 'provision' ? ['--yes'] : [])),
      ]);
      return job.names();
    };
    await saveLayer(keyOf(started), LAYERS.provision);
    const provision = await stepsOf('provision');
    await saveLayer(keyOf(started), LAYERS.deploy);
    const deploy = await stepsOf('deploy');
    say(`${String(provision.length)} and ${String(deploy.length)} steps: ${deploy.join(', ')}`);
    return { provision, deploy };
  } finally {
    await site.dispose();
  }
}

function keyOf({ host }: TestHost) {
  return { name: host.name, workspace: host.workspace };
}

/** A host of a case. */
interface Site {
  readonly started: TestHost;
  readonly site: TakeoverHost;
}

async function withHost(
  worker: number,
  command: Command,
  run: (site: Site) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const name = `faults-takeover-${String(worker)}`;
  const started = await startTestHost(name, { layer: LAYERS[command] });
  const site = new TakeoverHost(started, SERVER);
  try {
    await answers(started.host.address, BOOT_TIMEOUT_SECONDS);
    return await run({ started, site });
  } catch (error) {
    return [String(error)];
  } finally {
    await site.dispose();
  }
}

async function succeed(site: TakeoverHost, name: string, ...words: readonly string[]) {
  const { status, output } = await site.command(name, ...words);
  if (status !== 0) throw new Error(`${name} failed: ${output.slice(-1500)}`);
  return output;
}

/** Runs a command, and has a fault come; then the old or the new site serves, and all can go on. */
async function interrupt(
  { started, site }: Site,
  { command, after, fault: kind, mark }: Case,
  names: readonly string[],
): Promise<readonly string[]> {
  const { host } = started;
  const known = listJobs(host);
  let visitors = kind === 'power cut' ? undefined : startVisitors(host.address, SERVER.domain);
  const child = site.start(command, ...(command === 'provision' ? ['--yes'] : []));
  const problems: string[] = [];
  try {
    const job = await nextJob(host, known);
    const pid = await job.process();
    const init = processOf(host, 1);
    const at = indexOf(names, after);
    if ((await job.ended(`step-${String(at)}`)) === 'passed') {
      throw new Error(`The job has ended, and not its step "${after}"`);
    }
    if (mark) await job.until(() => isMade(started, mark), describeMark(mark));
    if (kind === 'client killed') child.kill('SIGKILL');
    if (kind === 'job killed') await killAndWait(pid).catch(() => undefined);
    if (kind === 'power cut') {
      await killAndWait(init);
      child.kill('SIGKILL');
      await powerOff(keyOf(started));
      await powerOn(keyOf(started));
    }
    if (kind === 'client killed') await job.over();
    await answers(host.address, kind === 'power cut' ? BOOT_TIMEOUT_SECONDS : 0);
    visitors ??= startVisitors(host.address, SERVER.domain);
    problems.push(...(await goOn(site)));
  } finally {
    child.kill('SIGKILL');
    const visits = await visitors?.stop();
    const failed = visits?.failed ?? [];
    if (failed.length > 0) {
      problems.push(`${String(failed.length)} visits failed, first: ${failed[0] ?? ''}`);
    }
    const missing = (visits?.uploads ?? []).length - (await uploadsAmong(site, visits?.uploads));
    if (missing > 0) problems.push(`${String(missing)} uploads are missing`);
  }
  return problems;
}

/** The next commands finish what was interrupted. */
async function goOn(site: TakeoverHost): Promise<readonly string[]> {
  await succeed(site, 'provision', '--yes');
  await succeed(site, 'deploy');
  const problems: string[] = [];
  const left = await onNew(site);
  if (left !== '') problems.push(`left: ${left}`);
  const plan = await succeed(site, 'plan');
  if (!plan.includes('nothing to change')) problems.push(`drift: ${plan.slice(0, 1000)}`);
  return problems;
}

/** What is left of the old application. */
async function onNew(site: TakeoverHost): Promise<string> {
  const text = await site.succeed(sh`
    for fd_path in ${checkoutOf(SERVER)} /root/.nvm /etc/supervisor/conf.d/supervisor.conf /etc/nginx/takeover-permacoop /etc/nginx/sites-enabled/letsencrypt.conf /var/lib/fairness-deploy/takeover/permacoop/record; do
      [ ! -e "$fd_path" ] || printf '%s ' "$fd_path"
    done
    ! supervisorctl status | grep -vE '^(other|permacoop-(blue|green):)' || :`);
  return text.trim();
}

/** How many of these uploads the new release has. */
async function uploadsAmong(site: TakeoverHost, paths: readonly string[] = []): Promise<number> {
  const text = await site.succeed(
    sh`ls /srv/permacoop/shared/folders/server/uploads 2>/dev/null || :`,
  );
  const there = new Set(text.split('\n'));
  return paths.filter((path) => there.has(path.replace('/api/uploads/', ''))).length;
}

/** The new release fails when the old programs have stopped: they are started again, and have the traffic. */
async function failAlone({ started, site }: Site): Promise<readonly string[]> {
  const problems: string[] = [];
  site.commit(3000);
  const { status, output } = await site.command('deploy');
  if (status === 0 || !output.includes('check alone')) {
    problems.push(`it did not fail alone: ${output.slice(-1500)}`);
  }
  if (/cannot be undone|undo .* failed/i.test(output)) problems.push(output.slice(-1500));
  const who = await answers(started.host.address, 5);
  if (who !== 'old A') problems.push(`${who} has the traffic`);
  site.commit();
  return [...problems, ...(await goOn(site))];
}

/**
 * Waits until both programs of one application answer.
 *
 * @returns `old A` or `new`. @throws Error when they don't in time.
 */
async function answers(address: string, seconds: number): Promise<string> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const visitors = startVisitors(address, SERVER.domain);
    await sleep(100);
    const { answeredBy, failed } = await visitors.stop();
    const [first = '', ...others] = answeredBy.map((who) => who.replace(/ [a-z]+$/, ''));
    const whole = failed.length === 0 && first !== '' && others.every((who) => who === first);
    if (whole) return first;
    if (performance.now() > end) {
      throw new Error(`The site is not whole: ${answeredBy.join(', ')}; ${failed[0] ?? ''}`);
    }
  }
}
