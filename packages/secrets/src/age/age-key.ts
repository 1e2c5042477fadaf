/** The package quotes an unreadable key in its errors: none of them leaves this file. */
const age = () => import('age-encryption');

/** Whether a text is a complete and correct private key of age's. */
export async function isAgeKey(text: string): Promise<boolean> {
  const { Decrypter } = await age();
  try {
    new Decrypter().addIdentity(text);
    return true;
  } catch {
    return false;
  }
}

/** The public key of a private one that {@link isAgeKey}. */
export async function publicAgeKey(key: string): Promise<string> {
  const { identityToRecipient } = await age();
  return identityToRecipient(key);
}
