import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes texts between tags and in attributes, and no markup of its own', () => {
    const hostile = `"><script>alert('x')</script>&amp;`;
    const inner = html`<b>${hostile}</b>`;
    expect(html`<p title="${hostile}">${inner}${[inner, inner]}${5}</p>`.source).not.toContain(
      '<script',
    );
    expect(html`<i>${inner}</i>`.source).toBe(
      '<i><b>&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</b></i>',
    );
  });

  it('shows control characters and those that turn text around as what they are not', () => {
    expect(html`${'a\0b\u001b[2J\u202ec\td\n'}`.source).toBe('a\ufffdb\ufffd[2J\ufffdc\td\n');
  });
});
