import { UNPRINTABLE } from '@fairness-deploy/shell/text';
import type { Reporter } from './event.js';

/**
 * One line of JSON an event, on standard output. JSON escapes the control characters of ASCII; this
 * escapes the others that a terminal may interpret. Nothing is lost.
 */
export function jsonReporter(write: (text: string) => void): Reporter {
  return {
    report: (event) => {
      const data = event.type === 'plugin' ? event.data : event;
      write(`${JSON.stringify(data).replaceAll(UNPRINTABLE, escaped)}\n`);
    },
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
