import { lines, sh, type Script } from '@fairness-deploy/shell';
import { program, UPLOADS } from './old-application.js';
import { OLD_LETSENCRYPT_CONF, OLD_NGINX_CONF, oldSite } from './old-nginx.js';

/** A server as the old Ansible roles have left it. */
export interface OldServer {
  /** The roles of 2022 (A), or of 2023 (B). */
  readonly generation: 'A' | 'B';
  /** With a certificate for this name; undefined: without certificates. */
  readonly domain?: string;
  /** Whose Certbot it has, where it has a certificate; default: the snap's. */
  readonly certbot?: 'snap' | 'Debian';
  /** The login user; undefined: root. The old programs run as root in every case. */
  readonly user?: string;
  /** The version of Node.js below ~/.nvm, from a mirror of the official archives. */
  readonly node: { readonly version: string; readonly mirror: string };
}

/** The home of the login user. */
export function homeOf({ user }: Pick<OldServer, 'user'>): string {
  return user === undefined ? '/root' : `/home/${user}`;
}

/** The old checkout. */
export function checkoutOf(server: Pick<OldServer, 'user'>): string {
  return `${homeOf(server)}/permacoop`;
}

/** A program of the old Supervisor file. */
interface OldProgram {
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  readonly command: string;
  /** The file that the command runs, within the folder. */
  readonly file: string;
}

const API: OldProgram = {
  ...{ name: 'api', port: 3000, folder: 'server' },
  ...{ command: 'node ./dist/src/main.js', file: 'dist/src/main.js' },
};

const SAPPER = { command: 'node ./__sapper__/build', file: '__sapper__/build/index.js' };
const KIT = { command: 'node ./build/index.js', file: 'build/index.js' };

const PROGRAMS: Readonly<Record<OldServer['generation'], readonly OldProgram[]>> = {
  A: [{ name: 'client', port: 3001, folder: 'client', ...SAPPER }, API],
  B: [
    { name: 'client-legacy', port: 3002, folder: 'client/legacy', ...SAPPER },
    { name: 'client-kit', port: 3003, folder: 'client/kit', ...KIT },
    { name: 'client-proxy', port: 3001, folder: 'client/proxy', ...KIT },
    API,
  ],
};

/** The lines of root's crontab beside the old ones. */
export const OTHER_CRONTAB_LINES = ['MAILTO=""', '# A line of  root', '0 4 * * * true  # backup'];

/** Sets a host up as the old roles did. */
export function setUpOldServer(server: OldServer): Script {
  return lines(
    sh`export DEBIAN_FRONTEND=noninteractive`,
    sh`apt-get install -y -qq -o DPkg::Lock::Timeout=600 curl git make nginx supervisor cron xz-utils openssl >/dev/null`,
    server.user === undefined ? sh`:` : sh`useradd -m -s /bin/bash ${server.user}`,
    node(server),
    application(server),
    supervisor(server),
    server.domain === undefined ? sh`:` : certificate(server.domain, server.certbot ?? 'snap'),
    nginx(server),
  );
}

/** By nvm, whose own installer needs the network. */
function node(server: OldServer): Script {
  const { version, mirror } = server.node;
  const home = homeOf(server);
  const folder = `${home}/.nvm/versions/node/v${version}`;
  const archive = `${mirror}/v${version}/node-v${version}-linux-x64.tar.xz`;
  return sh`
    mkdir -p ${folder}
    curl -fsS ${archive} | tar -xJ --strip-components=1 -C ${folder}
    printf 'nvm() { :; }\n' >${`${home}/.nvm/nvm.sh`}
    ln -s ${`${folder}/bin/node`} ${`${folder}/bin/npm`} /usr/local/bin/
    printf '%s\n' '# ours' 'export NVM_DIR="$HOME/.nvm"' \
      '[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"  # This loads nvm' \
      '[ -s "$NVM_DIR/bash_completion" ] && \. "$NVM_DIR/bash_completion"  # This loads nvm bash_completion' \
      'alias ll="ls -l"' >${`${home}/.bashrc`}`;
}

function application(server: OldServer): Script {
  const { generation, user = 'root' } = server;
  const checkout = checkoutOf(server);
  const isA = generation === 'A';
  const clients = isA ? ['client/.env'] : ['client/legacy/.env', 'client/kit/.env.local'];
  return sh`
    mkdir -p ${`${checkout}/${UPLOADS}`}
    cd ${checkout}
    git init -q
    ${lines(
      ...PROGRAMS[generation].map(({ name, folder, file }) => {
        const path = `${folder}/${file}`;
        const uploads = name === 'api' ? 'uploads' : undefined;
        return sh`
          mkdir -p "$(dirname ${path})"
          printf %s ${program(`old ${generation}`, name, uploads)} >${path}`;
      }),
    )}
    printf '%s\n' .env .env.local ormconfig.json uploads node_modules >.gitignore
    git add -A
    git -c user.name=Ana -c user.email=ana@example.org commit -qm 'The old application'
    mkdir -p node_modules/dependency
    printf 'DB_PASSWORD=old-password\n' | tee server/.env ${clients} >/dev/null
    ${isA ? sh`printf '{"password":"old-password"}\n' >server/ormconfig.json` : sh`:`}
    printf 'a portrait' >${`${UPLOADS}/portrait.png`}
    mkdir -p ${`${UPLOADS}/2022`}
    printf 'a statute' >${`${UPLOADS}/2022/statutes.pdf`}
    chown -R ${user}: ${homeOf(server)}
    # The old programs run as root, and make folders.
    chown root: ${[UPLOADS, `${UPLOADS}/2022`]}`;
}

function supervisor(server: OldServer): Script {
  const { generation } = server;
  const checkout = checkoutOf(server);
  const file = PROGRAMS[generation].map(
    ({ name, port, folder, command }) => `[program:${name}]
directory=${checkout}/${folder}
command=${command}
environment=HOST=127.0.0.1,NODE_ENV=production,PORT="${String(port)}"
autostart=true
autorestart=true
stderr_logfile=/var/log/${name}.err.log
stdout_logfile=/var/log/${name}.out.log
`,
  );
  return sh`
    printf %s ${file.join('\n')} >/etc/supervisor/conf.d/supervisor.conf
    # Of somebody else.
    printf '%s\n' '[program:other]' 'command=sleep infinity' >/etc/supervisor/conf.d/other.conf
    service supervisor restart
    for fd_port in ${PROGRAMS[generation].map(({ port }) => port)}; do
      until curl -fsS -o /dev/null "http://127.0.0.1:$fd_port/" 2>/dev/null; do sleep 0.1; done
    done`;
}

const SNAP = sh`
  mkdir -p /snap/bin
  printf '#!/bin/sh\nexit 1\n' >/snap/bin/certbot
  chmod +x /snap/bin/certbot
  ln -s /snap/bin/certbot /usr/bin/certbot`;

/**
 * As Certbot has left it: the lineage, the program, which is a stand-in for the snap's, and
 * the crontab. Let's Encrypt is not asked: a CA of our own has signed the certificate.
 */
function certificate(domain: string, certbot: 'snap' | 'Debian'): Script {
  const base = '/etc/letsencrypt';
  const [archive, live] = [`${base}/archive/${domain}`, `${base}/live/${domain}`];
  const crontab = [
    ...OTHER_CRONTAB_LINES,
    '#Ansible: certs_renewal',
    '@weekly certbot renew -q',
  ].join('\n');
  const renewal = `version = 1.32.0
archive_dir = ${archive}
cert = ${live}/cert.pem
privkey = ${live}/privkey.pem
chain = ${live}/chain.pem
fullchain = ${live}/fullchain.pem

[renewalparams]
account = 0123456789abcdef0123456789abcdef
authenticator = webroot
webroot_path = /var/www/letsencrypt,
server = https://acme-v02.api.letsencrypt.org/directory
key_type = rsa
[[webroot_map]]
${domain} = /var/www/letsencrypt
`;
  return sh`
    mkdir -p ${archive} ${live} ${`${base}/renewal`} /var/www/letsencrypt
    cd ${archive}
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out chain1.pem -days 3650 -subj '/CN=Old CA' 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -keyout privkey1.pem -out one.csr -subj ${`/CN=${domain}`} 2>/dev/null
    printf 'subjectAltName=DNS:%s\n' ${domain} >extensions
    openssl x509 -req -in one.csr -CA chain1.pem -CAkey ca.key -CAcreateserial -days 80 -extfile extensions -out cert1.pem 2>/dev/null
    cat cert1.pem chain1.pem >fullchain1.pem
    rm -f ca.key one.csr extensions ./*.srl
    chmod 600 privkey1.pem
    for fd_part in cert chain fullchain privkey; do
      ln -s ${`../../archive/${domain}/`}"$fd_part"1.pem ${live}/"$fd_part".pem
    done
    printf %s ${renewal} >${`${base}/renewal/${domain}.conf`}
    ${certbot === 'snap' ? SNAP : sh`apt-get install -y -qq -o DPkg::Lock::Timeout=600 certbot >/dev/null`}
    printf '%s\n' ${crontab} | crontab -
    openssl dhparam -dsaparam -out /etc/nginx/dhparams.pem 2048 2>/dev/null`;
}

function nginx({ generation, domain }: OldServer): Script {
  const site = oldSite(generation === 'A' ? 'client' : 'client_proxy', domain);
  return sh`
    rm -f /etc/nginx/sites-enabled/default
    printf %s ${OLD_NGINX_CONF} >/etc/nginx/nginx.conf
    printf %s ${site} >/etc/nginx/sites-enabled/permacoop.conf
    ${domain === undefined ? sh`:` : sh`printf %s ${OLD_LETSENCRYPT_CONF} >/etc/nginx/sites-enabled/letsencrypt.conf`}
    nginx -t -q
    service nginx restart`;
}
