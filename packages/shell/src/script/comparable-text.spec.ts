import { expect, it } from 'vitest';
import { asUser } from './as-user.js';
import { comparableText } from './comparable-text.js';
import { notice, NOTICE_MARK } from './notice.js';
import { sh } from './sh.js';

it('comparableText() has no word that is random for this process', () => {
  const script = sh`
    echo ${notice('a word')}
    ${asUser('shop', asUser('ana', sh`id`))}`;
  expect(script.reveal()).toContain(NOTICE_MARK);
  expect(comparableText(script)).toBe(`echo 'notice: a word'
${comparableText(asUser('shop', asUser('ana', sh`id`)))}`);
  expect(comparableText(asUser('ana', sh`id`))).toBe(
    `runuser --login --shell=/bin/sh ana -c 'exec sh -eus' <<'fd_as'
fd_as() {
id
}
fd_as </dev/null
fd_as`,
  );
});
