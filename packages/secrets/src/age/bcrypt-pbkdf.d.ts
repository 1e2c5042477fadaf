declare module 'bcrypt-pbkdf' {
  /** OpenBSD's bcrypt_pbkdf(3); 0 when it went well. */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}
