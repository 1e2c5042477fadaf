/** Set-ups of the shape that the old roles had, made for tests. Nothing in them is real. */
import type { SetUpContent } from './set-up-folder.js';

/** Words that must be seen nowhere in plain text. */
export const OLD_SECRETS = {
  ...{
    file_encryption_key: 'key-of-files',
    db_password: 'it\'s "secret": #1',
    db_username: 'shop-user',
  },
  ...{ db_host: 'db.provider.example', db_port: '5432', db_name: 'shopdb' },
};

const SECRETS_TEXT = (extra: string): string =>
  `${Object.entries(OLD_SECRETS)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')}${extra}`;

const COMMON: SetUpContent = {
  'vault-password': 'open sesame\n',
  'ansible.cfg':
    '[defaults]\nhost_key_checking = False\n\n[ssh_connection]\nssh_args = -o ForwardAgent=yes\n',
  Makefile: [
    'venv = ./venv',
    'bin = ${venv}/bin/',
    'vault-password=--vault-password-file ./vault-password',
    'env-opts=-i environments/$(env)/hosts -e @environments/$(env)/secrets',
    'export ANSIBLE_CONFIG = ./ansible.cfg',
    ...[
      'install:',
      '\tpython3 -m venv ${venv}',
      'ping:',
      '\t${bin}ansible ${vault-password} ${env-opts} web -m ping',
    ],
    ...['secrets:', '\t${bin}ansible-vault edit ${vault-password} environments/$(env)/secrets'],
    ...[
      'provision:',
      '\t${bin}ansible-playbook ${vault-password} ${env-opts} -t provision ./playbook.yml',
    ],
    ...[
      'deploy:',
      '\t${bin}ansible-playbook ${vault-password} ${env-opts} -t deploy ./playbook.yml',
    ],
    ...['vagrant:', '\tcd environments/vagrant && vagrant ${CMD}', ''],
  ].join('\n'),
  'playbook.yml': '---\n- hosts: web\n  roles:\n    - web\n',
  'environments/prod/hosts': '[web]\nshop.example.org ansible_user=root\n',
  'environments/vagrant/hosts':
    '[web]\nlocalhost ansible_host=192.168.56.11 ansible_user=vagrant\n',
  'environments/vagrant/secrets': '{}\n',
  'environments/vagrant/Vagrantfile': [
    '# -*- mode: ruby -*-',
    'Vagrant.configure("2") do |config|',
    '  config.vm.box = "debian/bullseye64"',
    '  config.vm.network "private_network", ip: "192.168.56.11"',
    '  config.vm.provider "virtualbox" do |v|',
    ...['    v.memory = 2048', '    v.cpus = 1', '  end', '  config.ssh.insert_key = false'],
    ...['  config.vm.provision "shell" do |s|', '    s.inline = <<-SHELL'],
    '    echo #{ssh_pub_key} >> /root/.ssh/authorized_keys',
    ...['    SHELL', '  end', 'end', ''],
  ].join('\n'),
  'roles/web/defaults/main.yml': 'letsencrypt_enabled: false\n\ngit_version: master\n',
  'roles/web/tasks/main.yml': [
    '- name: Deploy web',
    '  block:',
    '  - name: Sync Nginx',
    '    import_tasks: nginx.yml',
    '  - name: Setup Node',
    '    import_role:',
    '      name: nvm',
    '',
  ].join('\n'),
  'roles/web/tasks/nginx.yml': [
    '- name: Ensure Nginx site is configured and up to date',
    '  template:',
    '    src: nginx-shop.conf.j2',
    '    dest: /etc/nginx/sites-enabled/permacoop.conf',
    '  become: true',
    '',
  ].join('\n'),
};

const WEB = [
  'workdir: "{{ ansible_env.HOME }}/shop"',
  'git_repo: "https://git.example.org/shop.git"',
  'letsencrypt_email: "ops@example.org"',
  'domain_name: "{{ inventory_hostname }}"',
  'api_port: 3000',
];

const VAGRANT = (token: string): string =>
  [
    ...[
      'db_host: localhost',
      'db_port: 5432',
      'db_username: docker',
      'db_password: docker',
      'db_name: shop',
    ],
    ...['api_url_ssr: http://localhost:3000/api', 'api_url: http://localhost:3080/api'],
    ...[`${token}: abcd1234`, 'file_encryption_key: secret', 'git_version: feat/new-cart', ''],
  ].join('\n');

const PROD = [
  'letsencrypt_enabled: true',
  'api_url_ssr: http://localhost:3000/api',
  'api_url: https://shop.example.org/api',
  '',
].join('\n');

/** Of 2022: a client and an API. Its roles have no templates of files: they are known. */
export const GENERATION_A: SetUpContent = {
  ...COMMON,
  'group_vars/web.yml': [...WEB, 'client_port: 3001', ''].join('\n'),
  'environments/prod/group_vars/web.yml': PROD,
  'environments/prod/secrets': {
    plain: SECRETS_TEXT('calendar_secret: links-of-calendars\n'),
    password: 'open sesame',
  },
  'environments/vagrant/group_vars/web.yml': VAGRANT('calendar_secret'),
  'roles/nvm/defaults/main.yml':
    'nvm_root: "{{ ansible_env.HOME }}/.nvm"\nnvm_version: "v0.39.2"\nnvm_node_version: "v14.15.4"\n',
};

/** Of 2023: two clients behind a proxy. The templates of its roles say what is in the files. */
export const GENERATION_B: SetUpContent = {
  ...COMMON,
  'group_vars/web.yml': [
    ...WEB,
    ...['client_proxy_port: 3001', 'client_legacy_port: 3002', 'client_kit_port: 3003', ''],
  ].join('\n'),
  'environments/prod/group_vars/web.yml': PROD,
  'environments/prod/secrets': {
    plain: SECRETS_TEXT('calendar_token: links-of-calendars\n'),
    password: 'open sesame',
  },
  'environments/vagrant/group_vars/web.yml': VAGRANT('calendar_token'),
  'roles/nvm/defaults/main.yml': 'nvm_version: "v0.39.2"\nnvm_node_version: "v16.18.0"\n',
  'roles/web/tasks/dotenv.yml': [
    ['Ensure server .env file is up to date', '.env-server.j2', 'server/.env'],
    ['Ensure legacy client .env file is up to date', '.env-client-legacy.j2', 'client/legacy/.env'],
    [
      'Ensure kit client .env.local file is up to date',
      '.env-client-kit.j2',
      'client/kit/.env.local',
    ],
  ]
    .map(
      ([name, source, path]) =>
        `- name: ${String(name)}\n  template:\n    src: ${String(source)}\n    dest: "{{ workdir }}/${String(path)}"\n`,
    )
    .join(''),
  'roles/web/tasks/supervisor.yml':
    '- name: Ensure supervisor configuration is up to date\n  template:\n    src: supervisor.conf.j2\n    dest: /etc/supervisor/conf.d/supervisor.conf\n',
  'roles/web/templates/.env-server.j2': [
    'DATABASE_HOST="{{ db_host }}"',
    'DATABASE_PASSWORD="{{ db_password }}"',
    ...[
      '',
      'ACCOUNTING_PAD=4',
      "UPLOAD_LOCATION='uploads'",
      "CALENDAR_TOKEN='{{ calendar_token }}'",
      '',
    ],
  ].join('\n'),
  'roles/web/templates/.env-client-legacy.j2':
    "CLIENT_API_URL='{{ api_url }}'\nCLIENT_CALENDAR_TOKEN='{{ calendar_token }}'\n",
  'roles/web/templates/.env-client-kit.j2': "VITE_CLIENT_API_URL_SSR='{{ api_url_ssr }}'\n",
  'roles/web/templates/supervisor.conf.j2': [
    program(
      'client-legacy',
      'client/legacy',
      'node ./__sapper__/build',
      'PORT="{{ client_legacy_port }}"',
    ),
    program('client-kit', 'client/kit', 'node ./build', 'PORT="{{ client_kit_port }}"'),
    program(
      ...(['client-proxy', 'client/proxy', 'node index.cjs'] as const),
      'LEGACY_PORT="{{ client_legacy_port }}",KIT_PORT="{{ client_kit_port }}",PORT="{{ client_proxy_port }}"',
    ),
    program('api', 'server', 'node ./dist/src/main.js', 'PORT="{{ api_port }}"'),
  ].join('\n'),
};

function program(name: string, folder: string, command: string, variables: string): string {
  return [
    `[program:${name}]`,
    `directory={{ workdir }}/${folder}`,
    `command=${command}`,
    `environment=HOST=127.0.0.1,NODE_ENV=production,${variables}`,
    ...['autostart=true', 'autorestart=true', `stderr_logfile=/var/log/${name}.err.log`, ''],
  ].join('\n');
}
