export type BinaryEncoding = 'hex' | 'base64' | 'base64url';

/**
 * The bytes of a text, or null when it is not exactly what an encoder writes. `Buffer.from` drops whatever
 * it cannot read (an odd digit, everything after a stray character), so only a round trip proves the text.
 * Upper-case hex is fine, base64 needs its padding, base64url may have it.
 */
export function decodeStrict(text: string, encoding: BinaryEncoding): Buffer | null {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === canonical(text, encoding) ? bytes : null;
}

function canonical(text: string, encoding: BinaryEncoding): string {
  if (encoding === 'hex') return text.toLowerCase();
  // Python and Java write base64url with padding, JavaScript without: both mean the same bytes.
  if (encoding === 'base64url' && text.length % 4 === 0) return text.replace(/={1,2}$/, '');
  return text;
}

/** The bytes of a secret, or null when it is empty or not in its encoding: such a secret never verifies. */
export function decodeKey(secret: string, encoding: 'utf8' | 'hex' | 'base64'): Buffer | null {
  const bytes = encoding === 'utf8' ? Buffer.from(secret) : decodeStrict(secret, encoding);
  return bytes === null || bytes.length === 0 ? null : bytes;
}
