/** Vagrant's provider lxc: containers, whose network Debian's package lxc has. */
import { existsSync } from 'node:fs';
import { execute } from './execute.js';
import { LXC_GROUP, makeLxcBox } from './lxc-box.js';
import type { TestProvider } from './provider.js';

const LXC_NET = '/usr/libexec/lxc/lxc-net';
const BRIDGE = '/sys/class/net/lxcbr0';

/** Removes the containers of all tests, whatever Vagrant knows of them. */
const REMOVE_CONTAINERS = `
for each in $(lxc-ls -1 --groups="$0"); do
  lxc-destroy --force --name "$each"
done`;

export const LXC: TestProvider = {
  name: 'lxc',
  halted: 'stopped',
  async prepare(home, undo) {
    const remove = ['sh', '-c', REMOVE_CONTAINERS, LXC_GROUP] as const;
    const [shell, ...words] = remove;
    // A power cut leaves them without a list of what to undo.
    execute(shell, words);
    if (!existsSync(BRIDGE)) {
      undo.add([LXC_NET, 'stop']);
      execute(LXC_NET, ['start']);
    }
    undo.add(remove);
    return { box: await makeLxcBox(home), variables: {} };
  },
};
