/**
 * Vagrant's own keys (its keys/vagrant.pub and keys/vagrant.pub.ed25519): everybody has the private ones. A
 * VM has one of them until Vagrant has given it a key of its own.
 */
const BASE64 = [
  'AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ==',
  'AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y',
];

/** Whether everybody has the private key of a public one, given as RFC 4253 encodes it. */
export function isInsecureKey(publicKey: Buffer): boolean {
  return BASE64.includes(publicKey.toString('base64'));
}

/** Whether a text, such as that of authorized_keys, names such a key. */
export function namesInsecureKey(text: string): boolean {
  return BASE64.some((key) => text.includes(key));
}
