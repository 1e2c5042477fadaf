/** A site whose certificate a CA on this machine has signed. */
export interface LocalSite {
  readonly name: string;
  readonly address: string;
  /** PEM of the root that has signed it. */
  readonly rootFile: string;
}

/** Tells people how to open a site with a root of one's own, and how to remove the root again. */
export function trustWords({ name, address, rootFile }: LocalSite): string {
  return `\
https://${name}/ has a certificate of a CA on this machine, whose root is in
  ${rootFile}
With curl:
  curl --cacert ${rootFile} --resolve ${name}:443:${address} https://${name}/
In a browser of this machine, first the name, in /etc/hosts:
  ${address} ${name}
Chromium and Chrome (certutil is in Debian's libnss3-tools; then restart the browser):
  mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ${name} -i ${rootFile}
Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import, "identify websites".
Remove the root afterwards. Its key is readable on port 15000: anyone who reaches that port can sign any name.
  certutil -d sql:$HOME/.pki/nssdb -D -n ${name}
`;
}
