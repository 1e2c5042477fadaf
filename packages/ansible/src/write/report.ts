/** What was not translated, for the terminal and for a file beside the environments. */
import { plain } from '@fairness-deploy/environment-file';
import { formatPlace, type Finding, type FindingKind } from '../finding/finding.js';

const TITLES: Readonly<Record<FindingKind, string>> = {
  untranslated: 'Not translated',
  check: 'To check',
  replaced: 'Done in another way now',
};
const KINDS: readonly FindingKind[] = ['untranslated', 'check', 'replaced'];
/** Lines on a terminal; the file has all. */
const MOST_SHOWN = 100;

/** For a terminal: nothing of a file acts on it. */
export function findingsForTerminal(findings: readonly Finding[]): string {
  const shown = findings.slice(0, MOST_SHOWN);
  const parts = KINDS.flatMap((kind) => {
    const own = shown.filter((finding) => finding.kind === kind);
    if (own.length === 0) return [];
    return [
      `${TITLES[kind]}:`,
      ...own.map(({ place, message, hint }) => {
        const line = `  ${plain(formatPlace(place))}: ${plain(message)}`;
        return hint === undefined ? line : `${line}\n    → ${plain(hint)}`;
      }),
    ];
  });
  const more = findings.length - shown.length;
  return [...parts, ...(more > 0 ? [`… and ${String(more)} more, in the report`] : [])].join('\n');
}

/** For a file in Markdown. */
export function findingsAsMarkdown(findings: readonly Finding[], application: string): string {
  const parts = KINDS.flatMap((kind) => {
    const own = findings.filter((finding) => finding.kind === kind);
    if (own.length === 0) return [];
    return [
      `## ${TITLES[kind]}`,
      '',
      ...own.map(({ place, message, hint }) => {
        const line = `- ${code(formatPlace(place))}: ${escape(message)}`;
        return hint === undefined ? line : `${line} → ${escape(hint)}`;
      }),
      '',
    ];
  });
  return [
    `# What the import of ${application} left over`,
    '',
    'Written by `nx g import-ansible`. Remove a line when it is done, and the file with the last one.',
    'Files and lines are those of the Ansible set-up.',
    '',
    ...(parts.length === 0 ? ['Nothing: all of it was translated.', ''] : parts),
  ].join('\n');
}

/** Text in which nothing is Markdown or HTML. */
function escape(text: string): string {
  // An underscore within a word is one.
  return plain(text).replaceAll(/[\\`*[\]<>#|~&]|(?<!\w)_|_(?!\w)/g, '\\$&');
}

function code(text: string): string {
  const shown = plain(text);
  return shown.includes('`') ? escape(shown) : `\`${shown}\``;
}
