import { describe, expect, it } from 'vitest';
import { isPreparedAlike, isVerifierOf, scramVerifier } from './scram.js';

describe('scramVerifier()', () => {
  it('is that of the RFC’s example', () => {
    // The password, salt and iterations of RFC 7677, 3.
    const verifier =
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';
    expect(isVerifierOf(verifier, 'pencil')).toBe(true);
    expect(isVerifierOf(verifier, 'Pencil')).toBe(false);
  });

  it('is the same each time, and another one for another role', () => {
    const one = scramVerifier('secret', 'prod\0shop');
    expect(scramVerifier('secret', 'prod\0shop')).toBe(one);
    expect(isVerifierOf(one, 'secret')).toBe(true);
    expect(scramVerifier('secret', 'prod\0other')).not.toBe(one);
    // The salt tells nothing of the password.
    const saltOf = (verifier: string) => verifier.split(/[:$]/)[2];
    expect(saltOf(scramVerifier('another', 'prod\0shop'))).toBe(saltOf(one));
  });

  it.each(['', 'md5abc', 'SCRAM-SHA-256$0:AAAA$x:y', 'SCRAM-SHA-256$99999999:AAAA$x:y'])(
    'refuses %j',
    (verifier) => {
      expect(isVerifierOf(verifier, 'secret')).toBe(false);
    },
  );
});

it('isPreparedAlike() refuses what normalisation changes, and no other character', () => {
  for (const good of ['', "it's $x \\ %", 'é ü 漢字 한 😀', '\u00ad']) {
    expect([good, isPreparedAlike(good)]).toEqual([good, true]);
  }
  for (const bad of ['ﬁ', 'x²', '\u00adꀺᶽ', '\u00a0']) {
    expect([bad, isPreparedAlike(bad)]).toEqual([bad, false]);
  }
});
