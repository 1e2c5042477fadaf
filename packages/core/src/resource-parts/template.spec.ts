import { quote } from '@fairness-deploy/shell/text';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file } from '../resources/file.js';
import { jsonFormat, plainFormat, shFormat, type Format } from './format.js';
import { renderTemplate } from './template.js';

const render = (template: string, data: Record<string, unknown>, format: Format = shFormat): Text =>
  renderTemplate(template, data, { name: 'app.env.ejs', format });

describe('renderTemplate()', () => {
  it('writes values as the format needs them', () => {
    expect(render('A=<%= a %>\nB=<%- b %>\n', { a: "it's", b: 2 }).reveal()).toBe(
      "A='it'\\''s'\nB=2\n",
    );
    expect(render('<%= a %>', { a: 'x"y' }, jsonFormat).reveal()).toBe('"x\\"y"');
  });

  it('keeps secrets secret, wherever they come from', () => {
    const data = {
      database: { urls: [Text.of('postgres://', new Secret('pw', 'p w'), '@db')] },
      token: new Secret('token', '$x'),
    };
    const text = render(
      "URL=<%= database.urls[0] %>\nT=<%- token + '!' %> <%- json(token) %>\n",
      data,
    );
    expect(String(text)).toBe('URL=***\nT=***! ***\n');
    expect(text.reveal()).toBe('URL=\'postgres://p w@db\'\nT=$x! "$x"\n');
  });

  it.each([
    ['<%- JSON.stringify(token) %>'],
    ['<%= token.slice(1) %>'],
    ['<%- token.toUpperCase() %>'],
    ['<%- encodeURIComponent(token) %>'],
    ["<%- token.replaceAll(\"'\", '') %>"],
  ])('finds out %s, which would treat a secret as text', (template) => {
    expect(() => render(template, { token: new Secret('t', 'v') })).toThrow(
      'a secret was quoted, cut or changed',
    );
  });

  it('names the template and the line of a missing value', () => {
    expect(() => render('a\n<%= b.c %>', { b: {} })).toThrow(
      /^Cannot render the template app.env.ejs: app.env.ejs:2\n/,
    );
    expect(() => render('<%= none %>', {})).toThrow('none is not defined');
  });

  it('refuses what a format cannot hold, without telling a secret', () => {
    expect(() => render('<%= a %>', { a: 'x\ny' }, plainFormat)).toThrow('it has a line break');
    const failing: Format = (value) => {
      throw new Error(value);
    };
    const act = (): unknown => render('<%= a %>', { a: new Secret('pw', 'hunter2') }, failing);
    expect(act).toThrow("the format can't hold the secret 'pw'");
    expect(act).not.toThrow('hunter2');
  });

  it('renders secrets as it renders other values', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    const literal = text.filter((value) => !/[<%>]/.test(value));
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, text, fc.boolean())), (pieces) => {
        const template = pieces.map(([before], at) => `${before}<%= v[${String(at)}] %>`).join('');
        const values = pieces.map(([, value, secret]) => (secret ? new Secret('s', value) : value));
        expect(render(template, { v: values }).reveal()).toBe(
          pieces.map(([before, value]) => before + quote(value)).join(''),
        );
        const shown = String(render(template, { v: values }));
        expect(shown.split('***').length - 1).toBeGreaterThanOrEqual(
          pieces.filter(([, , secret]) => secret).length,
        );
      }),
    );
  });

  it('is the content of a file, which shows no secret of it', () => {
    const token = new Secret('token', "a'b");
    const resource = file({
      path: '/etc/app.env',
      content: render('TOKEN=<%= token %>\n', { token }),
    });
    expect(resource.plan('')?.differences).toContainEqual({ kind: 'hidden', field: 'content' });
    expect(String(resource.plan('')?.apply)).not.toContain("a'");
  });
});
