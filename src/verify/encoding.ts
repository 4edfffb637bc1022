export type BinaryEncoding = 'hex' | 'base64' | 'base64url';
export type KeyEncoding = 'utf8' | BinaryEncoding;

const HEX = /^[0-9A-Fa-f]*$/;

/**
 * The bytes of a text, or null when it is not exactly what an encoder writes. `Buffer.from` drops whatever
 * it cannot read (an odd digit, everything after a stray character), so only a round trip proves the text; of hex its
 * form says as much, and sooner. Upper-case hex is fine, base64 needs its padding, base64url may have it.
 */
export function decodeStrict(text: string, encoding: BinaryEncoding): Buffer | null {
  if (encoding === 'hex') return text.length % 2 === 0 && HEX.test(text) ? Buffer.from(text, encoding) : null;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === canonical(text, encoding) ? bytes : null;
}

function canonical(text: string, encoding: BinaryEncoding): string {
  // Python and Java write base64url with padding, JavaScript without: both mean the same bytes.
  if (encoding === 'base64url' && text.length % 4 === 0) return text.replace(/={1,2}$/, '');
  return text;
}

/** The bytes of a secret, or null when it is empty or not in its encoding: such a secret never verifies. */
export function decodeKey(secret: string, encoding: KeyEncoding): Buffer | null {
  const bytes = encoding === 'utf8' ? Buffer.from(secret) : decodeStrict(secret, encoding);
  return bytes === null || bytes.length === 0 ? null : bytes;
}
