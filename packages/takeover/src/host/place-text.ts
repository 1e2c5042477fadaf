import { posix } from 'node:path';
import { sh, type Script } from '@fairness-deploy/shell';

/**
 * Writes a text into a folder of root's: a reader sees the old or the new one, also after a power cut. No
 * program takes the name beside it for one of its files. A file with this text keeps its time.
 */
export function placeText(path: string, text: string): Script {
  return place(path, sh`printf %s ${text}`);
}

/** Writes the content of another file, as {@link placeText} does. */
export function placeCopy(path: string, from: string): Script {
  return place(path, sh`cat -- ${from}`);
}

function place(path: string, print: Script): Script {
  const staged = `${posix.dirname(path)}/.${posix.basename(path)}.fd-new`;
  return sh`
    ${print} >${staged}
    if cmp -s -- ${staged} ${path}; then
      rm -f -- ${staged}
    else
      sync -- ${staged}
      mv -fT -- ${staged} ${path}
    fi`;
}
