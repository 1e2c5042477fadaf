import { HintedError } from '@fairness-deploy/shell/text';
import { Text } from '@fairness-deploy/shell/secret';
import type { Content } from './content.js';

/** Where cron reads crontabs: it takes a CR as the last character of a command. */
const CRONTAB = /^\/(?:etc\/crontab$|etc\/cron\.d\/|var\/spool\/cron\/)/;

/** What is not committed would be lost by the last command: so it becomes part of the commit. */
const HINT = `save it with LF; when git has converted it, commit your work, and then:
echo '* text=auto eol=lf' >> .gitattributes && git add --renormalize . && git add .gitattributes && git commit -m 'Check text out with LF' && git rm -rq --cached . && git reset --hard`;

/**
 * Refuses scripts and crontabs with the line ends of Windows, which fail on the host only when they run.
 *
 * @param path of the file on the host
 * @throws HintedError that names it.
 */
export function checkLineEnds(path: string, content: Content): void {
  const text = textOf(content);
  if (!text.includes('\r\n')) return;
  if (/^#![^\n]*\r\n/.test(text)) {
    throw new HintedError(
      `Cannot write ${path}: it is a script whose lines end with CRLF, and no host finds its interpreter`,
      { hint: HINT },
    );
  }
  if (CRONTAB.test(path)) {
    throw new HintedError(
      `Cannot write ${path}: its lines end with CRLF, which cron takes as part of the commands`,
      { hint: HINT },
    );
  }
}

function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  if (content instanceof Text) return content.locked === undefined ? content.reveal() : '';
  return Buffer.from(content).toString('latin1');
}
