/** Set-ups in all notations of inventories and variables, for comparing with what ansible-inventory says. */
import { vaultValue, type SetUpContent } from './set-up-folder.js';

export interface Notation {
  readonly content: SetUpContent;
  /** The inventories, in the order of `-i`. */
  readonly sources: readonly string[];
}

/** Passwords by the label of the vault id. */
export const VAULTS: Readonly<Record<string, string>> = {
  default: 'one',
  dev: 'two',
  'prod-2': 'thrée',
};

const INI = `# hosts without a group come first
alone ansible_host=192.0.2.1
; a comment as well
[web]
www[01:05].example.org      # a comment behind
db-[a:c]:2222 role=db
even[0:10:5]
step[b:h:3]x[1:2]
quoted ansible_user='anna lena' greeting="say \\"hi\\"" path='C:\\dir' hash="a # b" bare=a#b
alias ansible_host=10.0.0.7 ansible_port=2200 ansible_ssh_private_key_file=~/.ssh/key ansible_ssh_common_args='-o ProxyJump=bastion -p 22'
10.0.0.[1:3]
[2001:db8::1]:2022
types int=22 float=1.10 octal=0644 yes=yes true=True none=None list=[1,'two',3.0] map="{'a': [1, {'b': 2}]}" string="'22'" empty= negative=-5 hex=0x1f exponent=1e3 long=1_000

[web:vars]
port = 80
name=a value with = and # signs
text = "quoted" and more
quoted = "quoted"
nothing =
[db]
db-a
quoted   role=second

[all:vars]
everywhere = 1
port = 1

[europe:children]
france
germany

[france]
paris
[germany:children]
berlin_hosts
[berlin_hosts]
berlin
[berlin_hosts:vars]
ansible_group_priority=5
level=berlin
[germany:vars]
level=germany
[europe:vars]
level=europe
only_europe=yes
[capitals]
berlin
paris
[capitals:vars]
level=capitals
`;

const YAML = `---
all:
  vars: &shared
    everywhere: one
    answer: yes
  hosts:
    alone:
      ansible_host: 192.0.2.1
    "node[1:3].example.org:2222":
      rack: 0010
  children:
    web:
      hosts:
        www[08:10]:
          <<: *shared
          answer: no
        db-[a:b]: {port: 5432}
      vars:
        numbers: [1, 2.5, 0x1F, 017, 1_000, 190:20:30, +5, -3, 0o17, .5, 1e3, 1.5e+3]
        words: [yes, No, on, OFF, true, y, n, ~, null, Null, "", 'null']
        text: >-
          folded
          text
        block: |
          two
          lines
        date: 2026-11-25
        nested: {a: {b: [1, {c: d}]}}
        unsafe: !unsafe "{{ not filled in }}"
        string: !!str 12
      children:
        inner:
          hosts: www08
          vars:
            level: inner
    outer:
      children:
        inner:
      vars:
        level: outer
    empty:
`;

const VARIABLES: SetUpContent = {
  'environments/prod/group_vars/all.yml': 'level: all-beside\nall_only: 1\n',
  'environments/prod/group_vars/web/a.yml': 'level: web-a\nfrom_a: 1\n',
  'environments/prod/group_vars/web/b.yaml': 'level: web-b\n',
  'environments/prod/group_vars/web/deep/c.json': '{"from_json": [1, 2]}\n',
  'environments/prod/group_vars/web/.hidden.yml': 'hidden: 1\n',
  'environments/prod/group_vars/web/backup.yml~': 'backup: 1\n',
  'environments/prod/group_vars/web/notes.txt': 'nothing of YAML: [\n',
  'environments/prod/group_vars/web.yml': 'never_read: as the folder is there\n',
  'environments/prod/group_vars/db': 'level: db-without-an-ending\n',
  'environments/prod/group_vars/empty.yml': '# nothing\n',
  'environments/prod/host_vars/web1': 'level: host-beside\nmap: {a: 1, b: 2}\n',
  'environments/prod/host_vars/web2.json': '{"level": "host-json"}\n',
  'group_vars/all': 'level: all-play\nall_play: true\nmap: {c: 3}\n',
  'group_vars/web.yml': 'level: web-play\n',
  'host_vars/web1.yml': 'level: host-play\n',
  'environments/prod/hosts':
    '[web]\nweb1 own=1 level=inventory\nweb2\nweb3\n[db]\nweb3\nweb4\n[all:vars]\nlevel=all-inventory\n[web:vars]\nlevel=web-inventory\n',
};

const VAULT: SetUpContent = {
  'hosts.yml': `web:\n  hosts:\n    web1:\n      own: ${vaultValue('of the host', 'one')}\n`,
  'group_vars/web/plain.yml': `token: ${vaultValue('tökén #1', 'two', 'dev')}\nother: ${vaultValue('x\ny', 'thrée', 'prod-2')}\nplain: 1\n`,
  'group_vars/web/vault.yml': {
    plain: 'whole: 12\nlist: [a, true]\nmap:\n  inner: text\n',
    password: 'one',
  },
  'host_vars/web1': { plain: 'labelled: "yes"\n', password: 'two', label: 'dev' },
};

export const NOTATIONS: Readonly<Record<string, Notation>> = {
  ini: { content: { hosts: INI }, sources: ['hosts'] },
  yaml: { content: { 'hosts.yaml': YAML }, sources: ['hosts.yaml'] },
  'yaml-without-an-ending': { content: { inventory: YAML }, sources: ['inventory'] },
  json: {
    content: {
      'hosts.json': '{"web": {"hosts": {"a": {"x": 1.0, "y": "0644"}}, "vars": {"z": null}}}\n',
    },
    sources: ['hosts.json'],
  },
  folder: {
    content: {
      'inventory/01-hosts': '[web]\nfirst\nboth a=1\n',
      'inventory/02-more.yml':
        'web:\n  hosts:\n    second:\n    both: {a: 2, b: 3}\ndb:\n  hosts:\n    first:\n',
      'inventory/README.md': 'No inventory.\n',
      'inventory/ansible.cfg': '[defaults]\n',
      'inventory/.hidden': '[[[\n',
      'inventory/more/third.ini': '[db]\nthird\n',
      'inventory/group_vars/web.yml': 'level: web\n',
    },
    sources: ['inventory'],
  },
  'several-sources': {
    content: {
      'one/hosts': '[web]\na x=1\n[web:vars]\nfrom=one\n',
      'one/group_vars/web.yml': 'beside: one\n',
      'two/hosts': '[web]\nb\na x=2\n[web:vars]\nfrom=two\n',
      'two/group_vars/web.yml': 'beside: two\n',
    },
    sources: ['one/hosts', 'two/hosts'],
  },
  variables: { content: VARIABLES, sources: ['environments/prod/hosts'] },
  'merged-maps': {
    content: { ...VARIABLES, 'ansible.cfg': '[defaults]\nhash_behaviour = merge\n' },
    sources: ['environments/prod/hosts'],
  },
  vault: { content: VAULT, sources: ['hosts.yml'] },
};
