import type { VerifyFailure } from '../domain/verify-failure.ts';
import { jsonOf, textOf, valueAt } from './json-body.ts';
import { readHeader, type VerifyRequest } from './request.ts';
import type { PayloadPart } from './template.ts';

export type PayloadSource = Pick<VerifyRequest, 'method' | 'url' | 'headers' | 'rawBody'>;

/** Stands where the secret belongs: which one it is differs from candidate to candidate. */
export const SECRET: Buffer = Buffer.alloc(0);

/**
 * What is signed, as a list of buffers in order, or why it cannot be put together. The body is passed on
 * by reference: it is neither copied nor ever turned into a string.
 */
export function collectPayload(
  parts: readonly PayloadPart[],
  source: PayloadSource,
  timestamp: string,
): Buffer[] | VerifyFailure {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const chunk = part.kind === 'timestamp' ? Buffer.from(timestamp) : chunkOf(part, source);
    if (typeof chunk === 'string') return chunk;
    chunks.push(chunk);
  }
  return chunks;
}

function chunkOf(
  part: Exclude<PayloadPart, { kind: 'timestamp' }>,
  source: PayloadSource,
): Buffer | VerifyFailure {
  switch (part.kind) {
    case 'body':
      return source.rawBody;
    case 'text':
      return part.bytes;
    case 'method':
      return Buffer.from(source.method);
    case 'url':
      return Buffer.from(source.url);
    case 'decoded_url':
      return Buffer.from(decodeUrl(source.url));
    case 'secret':
      return SECRET;
    case 'header': {
      const value = readHeader(source.headers, part.name);
      if (value === undefined) return 'missing_signed_header';
      if (value === null) return 'duplicate_header';
      // Back to the bytes that were on the wire: as UTF-8 every byte over 0x7f would become two.
      return Buffer.from(value, 'latin1');
    }
    case 'json': {
      const body = jsonOf(source);
      if (body === undefined) return 'malformed_body';
      const text = textOf(valueAt(body, part.path));
      return text === undefined ? 'missing_signed_field' : Buffer.from(text);
    }
  }
}

/** The escapes that HubSpot takes back before it signs: these and no others. */
const DECODED = /%(?:3a|2f|3f|40|21|24|27|28|29|2a|2c|3b)/gi;

const decodeUrl = (url: string): string =>
  url.replace(DECODED, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
