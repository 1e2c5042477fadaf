import type { Clue, ReadText } from './clue.js';

/** A project of Django. */
export interface Django {
  /** The package with the settings and wsgi.py. */
  readonly project: Clue<string>;
  /** Whether it is run by Gunicorn: there is its file, or a requirement. */
  readonly gunicorn?: Clue<string>;
}

/** What manage.py says, as django-admin startproject writes it. */
export function readDjango(read: ReadText): Django | undefined {
  const lines = read('manage.py')?.split('\n') ?? [];
  const at = lines.findIndex((line) => line.includes('DJANGO_SETTINGS_MODULE'));
  // The name may stand on the next line.
  const near = lines.slice(at, at + 2).join(' ');
  const project = /['"]([A-Za-z_]\w*)\.settings[\w.]*['"]/.exec(near)?.[1];
  if (at < 0 || project === undefined) return undefined;
  const gunicorn = gunicornOf(read);
  return {
    project: { value: project, file: 'manage.py', line: at + 1 },
    ...(gunicorn && { gunicorn }),
  };
}

function gunicornOf(read: ReadText): Clue<string> | undefined {
  const file = 'gunicorn.conf.py';
  if (read(file) !== undefined) return { value: 'gunicorn', file };
  for (const requirements of ['requirements.txt', 'pyproject.toml']) {
    const lines = (read(requirements) ?? '').split('\n');
    const at = lines.findIndex((line) => /^\s*["']?gunicorn\b/i.test(line));
    if (at >= 0) return { value: 'gunicorn', file: requirements, line: at + 1 };
  }
  return undefined;
}
