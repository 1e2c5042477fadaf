import { expect, it } from 'vitest';
import { readDjango } from './django.js';

const MANAGE = `import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE",
                      "shop.settings.production")
`;

it.each([
  [{ 'manage.py': MANAGE }, ['shop', 2, undefined]],
  [
    { 'manage.py': MANAGE, 'requirements.txt': 'django\ngunicorn==22\n' },
    ['shop', 2, 'requirements.txt'],
  ],
  [{ 'manage.py': MANAGE, 'gunicorn.conf.py': '' }, ['shop', 2, 'gunicorn.conf.py']],
  [{ 'manage.py': 'print(1)' }, [undefined, undefined, undefined]],
  [{}, [undefined, undefined, undefined]],
])('readDjango() of %j is %j', (files, expected) => {
  const found = readDjango((path) => (files as Record<string, string>)[path]);
  expect([found?.project.value, found?.project.line, found?.gunicorn?.file]).toEqual(expected);
});
