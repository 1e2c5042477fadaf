/** Lines of pg_hba.conf: who may log in from where (PostgreSQL's manual, 21.1). */
import { isIPv4 } from 'node:net';

/** Who may log in to what. */
export interface Access {
  readonly user: string;
  readonly database: string;
  /** Addresses and networks of other hosts. */
  readonly clients: readonly string[];
  /** Whether other hosts must use TLS. */
  readonly tls: boolean;
}

/**
 * The lines of an application. The server takes the first line that fits, and these name one role, so
 * that they change nothing for others.
 */
export function accessLines({ user, database, clients, tls }: Access): readonly string[] {
  const [role, name] = [quoteWord(user), quoteWord(database)];
  return [
    // The host itself, by its socket and by whichever of its addresses; also to the copies that a restore makes.
    `local all ${role} scram-sha-256`,
    `host all ${role} samehost scram-sha-256`,
    ...clients.map(
      (client) => `${tls ? 'hostssl' : 'host'} ${name} ${role} ${network(client)} scram-sha-256`,
    ),
  ];
}

/** In quotes, a word stands for itself, `all` as well; a quote is doubled (hba.c, next_token). */
function quoteWord(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

function network(client: string): string {
  return client.includes('/') ? client : `${client}/${isIPv4(client) ? '32' : '128'}`;
}

/** The lines around those of an application. */
export function accessMarks(application: string): readonly [string, string] {
  return [
    `# fairness-deploy: ${application} begins; it is written by provision`,
    `# fairness-deploy: ${application} ends`,
  ];
}

/** What a file has for an application, and whether another's line comes before it. */
export interface FoundAccess {
  readonly lines: readonly string[];
  readonly isFirst: boolean;
}

export function accessIn(text: string, application: string): FoundAccess {
  const [begin, end] = accessMarks(application);
  const all = text.split('\n');
  const [from, to] = [all.indexOf(begin), all.indexOf(end)];
  if (from === -1 || to < from) return { lines: [], isFirst: true };
  let isOurs = false;
  const isFirst = all.slice(0, from).every((line) => {
    if (line.startsWith('# fairness-deploy: ')) isOurs = line.includes(' begins;');
    return isOurs || /^\s*(?:#|$)/.test(line);
  });
  return { lines: all.slice(from + 1, to), isFirst };
}
