import { ask, type Page } from './visits.mjs';

/** How many files of a page are asked for. */
const MOST_FILES = 40;

/** Asks for the files of the site that a page names, as a browser does: scripts, styles, images. */
export async function missingFiles(address: string, page: Page): Promise<readonly string[]> {
  const { path, domain = address } = page;
  const { body } = await ask(address, page);
  const named = [...body.matchAll(/(?:src|href)="([^"#]+)"/g)].flatMap(([, link = '']) => {
    const written = link.replaceAll('&amp;', '&');
    if (!URL.canParse(written, `http://${domain}`)) return [];
    const url = new URL(written, `http://${domain}${path}`);
    const isFile = /\.\w{2,5}$/.test(url.pathname);
    return url.host === domain && isFile ? [`${url.pathname}${url.search}`] : [];
  });
  if (named.length === 0) {
    return body.includes('<html') ? [`${path} names no script, style or image of the site`] : [];
  }
  const answers = await Promise.all(
    [...new Set(named)].slice(0, MOST_FILES).map((file) => ask(address, { path: file, domain })),
  );
  return answers.flatMap(({ path: file, problem }) =>
    problem === undefined ? [] : [`${file}: ${problem}`],
  );
}
