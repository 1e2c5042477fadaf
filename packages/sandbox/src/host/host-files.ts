import { gateway, gatewayName } from '../gateway/endpoint.js';

const npmSettings = [
  `npm_config_registry=${gateway.npmRegistry}`,
  'npm_config_replace_registry_host=always',
];

/** The files of a new host's disk, by path: its names and its package sources. */
export function hostFiles(name: string, gatewayAddress: string): Readonly<Record<string, string>> {
  return {
    'etc/hostname': `${shortName(name)}\n`,
    'etc/hosts': hostsFile(name, gatewayAddress),
    'etc/apt/apt.conf.d/81sandbox-proxy': [
      `Acquire::http::Proxy "${gateway.aptProxy}";`,
      // Package sources that tests serve themselves.
      ...[gatewayName, gatewayAddress, 'localhost'].map(
        (name) => `Acquire::http::Proxy::${name} "DIRECT";`,
      ),
      // The gateway answers when it has the whole file.
      'Acquire::http::Timeout "300";',
      '',
    ].join('\n'),
    // For sessions, for services, and for Debian's own npm.
    'etc/environment': npmSettings.map((line) => `${line}\n`).join(''),
    'etc/systemd/system.conf.d/sandbox.conf': `[Manager]\nDefaultEnvironment=${npmSettings.join(' ')}\n`,
    'etc/npmrc': `registry=${gateway.npmRegistry}\nreplace-registry-host=always\n`,
  };
}

const shortName = (name: string): string => name.split('.')[0] ?? name;

function hostsFile(name: string, gatewayAddress: string): string {
  const own = name.includes('.') ? `${name} ${shortName(name)}` : name;
  return [
    '127.0.0.1\tlocalhost',
    `127.0.1.1\t${own}`,
    '::1\tlocalhost ip6-localhost ip6-loopback',
    `${gatewayAddress}\t${gatewayName}`,
    '',
  ].join('\n');
}

/** The text of /etc/hosts with the gateway's present address. */
export function withGateway(text: string, gatewayAddress: string): string {
  const line = new RegExp(`^\\S+(\\s+${gatewayName.replaceAll('.', '\\.')})$`, 'm');
  return text.replace(line, `${gatewayAddress}$1`);
}
