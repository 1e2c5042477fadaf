import type { Level } from '../plugin/check.js';
import type { ReportBar, ReportPart, ReportSpan } from '../plugin/report-part.js';
import { html, when, type Html } from './html.js';
import { momentOf } from './moment.js';

/** Words for those who see no colours. */
export const LEVEL_WORDS: Readonly<Record<Level | 'unknown', string>> = {
  ok: 'well',
  warn: 'warning',
  fail: 'failing',
  unknown: 'not reached',
};

/** A part of a report. @param now when the page was made, in milliseconds since 1970 */
export function partHtml(part: ReportPart, now: number): Html {
  switch (part.kind) {
    case 'timeline':
      return figure(part.title, timeline(part.lanes, now), 'wide');
    case 'bars':
      return figure(part.title, bars(part.bars));
    case 'table':
      return figure(part.title, table(part.columns, part.rows), 'wide');
  }
}

/** A picture with its title. @param width `wide`: as wide as the page */
export function figure(title: string, content: Html, width: 'wide' | 'narrow' = 'narrow'): Html {
  return html`<figure class="${width}">
    <figcaption>${title}</figcaption>
    ${content}
  </figure>`;
}

const NONE = html`<p class="none">none yet</p>`;

/** A table that a narrow screen scrolls by itself. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return NONE;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="table">
    <table>
      <thead>
        <tr>
          ${columns.map((one) => html`<th scope="col">${one}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Bars beside each other, from zero to the largest value. */
export function bars(all: readonly ReportBar[]): Html {
  if (all.length === 0) return NONE;
  const largest = Math.max(...all.map(({ value }) => value), 1e-9);
  return html`<ul class="bars">
    ${all.map(({ label, value, text, level }) => {
      const width = Math.max(0, Math.min(100, (value / largest) * 100));
      return html`<li>
        <span class="label">${label}</span>
        <span class="track"
          ><span class="bar ${level}" style="width:${width.toFixed(1)}%"></span
        ></span>
        <span class="value"
          >${text}${when(level !== 'ok', () => html` <span class="sign ${level}">${LEVEL_WORDS[level]}</span>`)}</span
        >
      </li>`;
    })}
  </ul>`;
}

const [WIDTH, LANE, SPAN] = [720, 28, 18];

type Lanes = readonly { readonly name: string; readonly spans: readonly ReportSpan[] }[];

/** Lanes of spans over one time, from the first of all to now; the spans are listed below for all readers. */
export function timeline(lanes: Lanes, now: number): Html {
  const all = lanes.flatMap(({ spans }) => spans);
  if (all.length === 0) return NONE;
  const from = Math.min(...all.map((span) => Date.parse(span.from)));
  const time = Math.max(1, now - from);
  const x = (at: number): number => ((Math.min(Math.max(at, from), now) - from) / time) * WIDTH;
  const height = lanes.length * LANE;
  return html`<svg
      viewBox="0 0 ${WIDTH} ${height}"
      style="height:${height}px"
      role="img"
      aria-label="${describe(lanes)}"
      preserveAspectRatio="none"
    >
      ${lanes.map(
        ({ spans }, lane) =>
          html`${spans.map((span) => {
            const start = x(Date.parse(span.from));
            const end = x(span.to === undefined ? now : Date.parse(span.to));
            return html`<rect
              class="${span.level}"
              x="${start.toFixed(1)}"
              y="${lane * LANE + (LANE - SPAN) / 2}"
              width="${Math.max(2, end - start - 1).toFixed(1)}"
              height="${SPAN}"
              ><title>${titleOf(span)}</title></rect
            >`;
          })}`,
      )}
    </svg>
    <div class="axis"><span>${momentOf(from)}</span><span>${momentOf(now)}</span></div>
    ${lanes.map(
      ({ name, spans }) =>
        html`<details>
          <summary>${name} (${spans.length})</summary>
          <ol reversed class="spans">
            ${[...spans].reverse().map((span) => html`<li><span class="sign ${span.level}">${span.label}</span> ${span.text}</li>`)}
          </ol>
        </details>`,
    )}`;
}

function describe(lanes: Lanes): string {
  return lanes.map(({ name, spans }) => `${name}: ${String(spans.length)}`).join('; ');
}

function titleOf({ label, text, from, to }: ReportSpan): string {
  return `${label}: ${text}, from ${momentOf(from)}${to === undefined ? '' : ` to ${momentOf(to)}`}`;
}

const HEIGHT = 120;

/** A line of values in percent, over time. */
export interface TrendLine {
  readonly name: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** Lines from 0 to 100 percent; with one time, there is no trend yet. */
export function trend(lines: readonly TrendLine[]): Html {
  const times = lines.flatMap(({ points }) => points.map(({ at }) => at));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const latest = (points: TrendLine['points']): string =>
    `${String(Math.round(points.at(-1)?.value ?? 0))} %`;
  const legend = html`<ul class="legend">
    ${lines.map(
      ({ name, points }, at) => html`<li class="line-${at % 4}">${name}: ${latest(points)}</li>`,
    )}
  </ul>`;
  if (!(to > from))
    return html`${legend}
      <p class="none">one report is no trend yet</p>`;
  const x = (at: number): string => (((at - from) / (to - from)) * WIDTH).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - (Math.min(Math.max(value, 0), 100) / 100) * HEIGHT).toFixed(1);
  return html`<svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      style="height:${HEIGHT}px"
      role="img"
      aria-label="${lines.map(({ name, points }) => `${name}: ${latest(points)} used`).join('; ')}"
      preserveAspectRatio="none"
    >
      ${[25, 50, 75].map((value) => html`<line class="grid" x1="0" x2="${WIDTH}" y1="${y(value)}" y2="${y(value)}" />`)}
      ${lines.map(({ points }, at) => html`<polyline class="line-${at % 4}" points="${points.map((one) => `${x(one.at)},${y(one.value)}`).join(' ')}" />`)}
    </svg>
    <div class="axis"><span>${momentOf(from)}</span><span>${momentOf(to)}</span></div>
    ${legend}`;
}
