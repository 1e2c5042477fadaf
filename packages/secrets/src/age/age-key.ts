/** The package quotes a key that it can't read in its errors: none of them leaves this file. */
const age = () => import('age-encryption');

/** Whether a text is a private key of age's, whole and without a mistake. */
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
