import { formatPlace } from '../finding/finding.js';
import { importAnsible, type Import, type ImportOptions } from '../write/import-ansible.js';
import { setUpFolder, type SetUpContent } from './set-up-folder.js';

/** An import into an empty workspace, which has all packages; nothing is written. */
export async function importOf(
  content: SetUpContent,
  options: Partial<ImportOptions> = {},
): Promise<Import & { readonly text: (path: string) => string; readonly list: readonly string[] }> {
  const { folder, dispose } = await setUpFolder(content);
  try {
    const imported = await importAnsible(
      { folder, ...options },
      { root: folder, read: () => undefined, hasSection: () => true },
    );
    return {
      ...imported,
      text: (path) => imported.files.find((file) => file.path === path)?.content ?? '',
      /** `untranslated hosts:3: message` */
      list: imported.findings.map(
        ({ kind, place, message }) => `${kind} ${formatPlace(place)}: ${message}`,
      ),
    };
  } finally {
    dispose();
  }
}
