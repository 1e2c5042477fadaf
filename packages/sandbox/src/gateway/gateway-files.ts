import { gateway, gatewayName } from './endpoint.js';

const npmSettings = [
  `npm_config_registry=${gateway.npmRegistry}`,
  'npm_config_replace_registry_host=always',
];

/** The files of a host that gets its packages by the gateway, by path. */
export function gatewayFiles(gatewayAddress: string): Readonly<Record<string, string>> {
  return {
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
