import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encryptVault } from '@fairness-deploy/secrets/vault';

/** Files of a set-up by path. A text, or what becomes one when it is encrypted. */
export type SetUpContent = Readonly<Record<string, string | Encrypted>>;

/** A file that is encrypted as a whole. */
export interface Encrypted {
  readonly plain: string;
  readonly password: string;
  readonly label?: string;
}

/** Where the value of an encrypted text stands in a file: `!vault` and the text come there. */
export function vaultValue(value: string, password: string, label?: string): string {
  return `\u0001${JSON.stringify({ plain: value, password, label })}\u0001`;
}

/** Writes a set-up into a temporary folder. */
export async function setUpFolder(
  content: SetUpContent,
): Promise<{ folder: string; dispose: () => void }> {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'fairness-deploy-')));
  const folder = join(above, 'ansible');
  for (const [path, text] of Object.entries(content)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof text === 'string' ? await withValues(text) : await encrypted(text));
  }
  return {
    folder,
    dispose: () => {
      rmSync(above, { recursive: true, force: true });
    },
  };
}

function encrypted({ plain, password, label }: Encrypted): Promise<string> {
  return encryptVault(Buffer.from(plain), Buffer.from(password), label);
}

async function withValues(text: string): Promise<string> {
  const parts = text.split('\u0001');
  const written = parts.map(async (part, at) => {
    if (at % 2 === 0) return part;
    const vault = await encrypted(JSON.parse(part) as Encrypted);
    return `!vault |\n${vault.replaceAll(/^(?=.)/gm, '          ').trimEnd()}`;
  });
  return (await Promise.all(written)).join('');
}
