import { createHmac, type KeyObject } from 'node:crypto';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import { readHeader, type VerifyRequest } from './request.ts';
import type { HmacAlgorithm } from './scheme.ts';
import type { PayloadPart } from './template.ts';

export type PayloadSource = Pick<VerifyRequest, 'method' | 'url' | 'headers' | 'rawBody'>;

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
    switch (part.kind) {
      case 'body':
        chunks.push(source.rawBody);
        break;
      case 'text':
        chunks.push(part.bytes);
        break;
      case 'timestamp':
        chunks.push(Buffer.from(timestamp));
        break;
      case 'method':
        chunks.push(Buffer.from(source.method));
        break;
      case 'url':
        chunks.push(Buffer.from(source.url));
        break;
      case 'header': {
        const value = readHeader(source.headers, part.name);
        if (value === undefined) return 'missing_signed_header';
        if (value === null) return 'duplicate_header';
        // Back to the bytes that were on the wire: as UTF-8 every byte over 0x7f would become two.
        chunks.push(Buffer.from(value, 'latin1'));
      }
    }
  }
  return chunks;
}

export function hmacOf(algorithm: HmacAlgorithm, key: KeyObject, chunks: readonly Buffer[]): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const chunk of chunks) hmac.update(chunk);
  return hmac.digest();
}
