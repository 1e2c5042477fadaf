import { format } from 'prettier';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inventoryOf } from '../testing/host-variables-of.js';
import { NOTATIONS } from '../testing/notations.js';
import { setUpFolder } from '../testing/set-up-folder.js';

describe('an inventory', () => {
  // The golden files are what ansible-inventory says: notations.host.spec.ts compares them.
  it.each(Object.entries(NOTATIONS))(
    '%s has the hosts and variables that Ansible sees',
    async (name, { content, sources }) => {
      const { folder, dispose } = await setUpFolder(content);
      onTestFinished(dispose);
      const read = await inventoryOf(folder, sources);
      const text = await format(JSON.stringify(read), { parser: 'json', printWidth: 100 });
      await expect(text).toMatchFileSnapshot(`../testing/golden/inventories/${name}.json`);
    },
  );
});
