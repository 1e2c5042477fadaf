import type { Level } from '../plugin/check.js';
import { describeAge } from '@fairness-deploy/shell/text';
import { figure, LEVEL_WORDS, partHtml, timeline, trend, type TrendLine } from './charts.js';
import { html, when, type Html } from './html.js';
import { momentOf } from './moment.js';
import {
  stateOf,
  type HostState,
  type ReportData,
  type ReportFinding,
  type ReportHost,
  type ReportPoint,
} from './report-data.js';
import { STYLE } from './style.js';

/** What is older than that is marked. */
const OLD_SECONDS = 86_400;

/**
 * The page about all environments: one file that needs no other, without scripts.
 *
 * @param now when it is made
 */
export function statusPage(environments: readonly ReportData[], now: Date): string {
  const sorted = environments.toSorted((one, other) =>
    one.environment.localeCompare(other.environment),
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>Environments</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>Environments</h1>
          <p>Made ${momentOf(now.getTime())} by fairness-deploy. Times are UTC.</p>
        </header>
        <nav aria-label="Environments">
          <ul class="cards">
            ${sorted.map((one, at) => card(one, at, now))}
          </ul>
        </nav>
        <main>${sorted.map((one, at) => environmentHtml(one, at, now))}</main>
      </body>
    </html> `;
  return page.source;
}

/** As bad as its worst host; one that is not known is worse than a warning. */
function stateOfAll({ hosts }: ReportData): HostState {
  const states = hosts.map(stateOf);
  return (['fail', 'unknown', 'warn'] as const).find((one) => states.includes(one)) ?? 'ok';
}

function badge(state: HostState): Html {
  return html`<span class="badge ${state}">${LEVEL_WORDS[state]}</span>`;
}

function card(data: ReportData, at: number, now: Date): Html {
  const { environment, hosts } = data;
  const count = hosts.length === 1 ? '1 host' : `${String(hosts.length)} hosts`;
  return html`<li>
    <a href="#environment-${at}"
      >${badge(stateOfAll(data))} <strong>${environment}</strong>
      <small>${count}, ${ageOf(data.at, now)}</small></a
    >
  </li>`;
}

function ageOf(at: string, now: Date): Html {
  const seconds = Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
  const text = seconds < 120 ? 'just now' : `${describeAge(seconds)} ago`;
  return seconds > OLD_SECONDS ? html`<span class="old">${text}</span>` : html`${text}`;
}

function environmentHtml(data: ReportData, at: number, now: Date): Html {
  const { environment, description, hosts } = data;
  return html`<section id="environment-${at}" aria-labelledby="title-${at}">
    <h2 id="title-${at}">${environment} ${badge(stateOfAll(data))}</h2>
    <p class="about">
      ${when(description !== undefined, () => html`${description ?? ''}. `)}Examined
      ${momentOf(data.at)}, ${ageOf(data.at, now)}.
    </p>
    ${hosts.map((host) => hostHtml(host, now))}
  </section>`;
}

function hostHtml(host: ReportHost, now: Date): Html {
  const { name, failure, at, causes, parts, points, findings } = host;
  return html`<article>
    <h3>${name} ${badge(stateOf(host))}</h3>
    ${when(
      failure !== undefined,
      () =>
        html`<p class="cause fail">${failure ?? ''}</p>
          <p class="about">
            ${at === undefined ? html`Nothing is known of it yet.` : html`What follows was seen ${momentOf(at)}, ${ageOf(at, now)}.`}
          </p>`,
    )}
    ${causes.map((text) => html`<pre class="cause fail">${text}</pre>`)} ${warnings(findings)}
    <div class="charts">
      ${parts.map((part) => partHtml(part, now.getTime()))} ${healthHtml(points, now.getTime())}
      ${disksHtml(points)}
    </div>
    ${findingsHtml(findings)}
  </article>`;
}

/** What to look at soon. */
function warnings(findings: readonly ReportFinding[]): Html {
  const some = findings.filter(({ level }) => level === 'warn');
  return when(
    some.length > 0,
    () =>
      html`<ul class="warnings">
        ${some.map((one) => html`<li>${subject(one)}: ${one.text}${hint(one)}</li>`)}
      </ul>`,
  );
}

function hint({ hint: text }: ReportFinding): Html {
  return when(text !== undefined, () => html`<br /><small>→ ${text ?? ''}</small>`);
}

function subject({ section, name }: ReportFinding): string {
  return section === name ? section : `${section} ${name}`;
}

/** How the host was at the times of reports. */
function healthHtml(points: readonly ReportPoint[], now: number): Html {
  const spans = points.map(({ at, level }, index) => {
    const next = points[index + 1]?.at;
    const state: Level = level ?? 'fail';
    return {
      ...{ from: at, label: momentOf(at), level: state, text: LEVEL_WORDS[level ?? 'unknown'] },
      ...(next !== undefined && { to: next }),
    };
  });
  return when(points.length > 1, () =>
    figure('Health at the times of reports', timeline([{ name: 'Reports', spans }], now), 'wide'),
  );
}

function disksHtml(points: readonly ReportPoint[]): Html {
  const mounts = [...new Set(points.flatMap(({ disks }) => Object.keys(disks)))].sort();
  const lines = mounts.map((mount): TrendLine => ({
    name: mount,
    points: points.flatMap(({ at, disks }) => {
      const value = Object.hasOwn(disks, mount) ? disks[mount] : undefined;
      return value === undefined ? [] : [{ at: Date.parse(at), value }];
    }),
  }));
  return when(lines.length > 0, () => figure('Disks: used in percent', trend(lines)));
}

function findingsHtml(findings: readonly ReportFinding[]): Html {
  return html`<details>
    <summary>All findings (${findings.length})</summary>
    <ul class="findings">
      ${findings.map(
        (one) =>
          html`<li>
            <span class="sign ${one.level}">${LEVEL_WORDS[one.level]}</span> <b>${subject(one)}</b>
            <span class="text">${one.text}</span>${hint(one)}
          </li>`,
      )}
    </ul>
  </details>`;
}
