import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { HeaderList } from './send-result.ts';

export interface Decoded {
  body: Buffer;
  truncated: boolean;
}

/**
 * A response body as text instead of as its content coding, read up to `maxBytes` of output so that a small
 * answer cannot unfold into a huge one. What cannot be decoded comes back as the bytes it is.
 */
export async function decodeBody(body: Buffer, headers: HeaderList, maxBytes: number): Promise<Decoded> {
  const decoder = body.length === 0 ? null : decoderFor(contentCoding(headers), body);
  if (!decoder) return { body, truncated: false };
  const chunks: Buffer[] = [];
  let room = maxBytes;
  decoder.end(body);
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, room));
      if (chunk.length > room) return { body: Buffer.concat(chunks), truncated: true };
      room -= chunk.length;
    }
  } catch {
    return { body, truncated: false }; // not what its content-encoding says: the bytes are the evidence
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

function contentCoding(headers: HeaderList): string {
  return headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .map(([, value]) => value.trim().toLowerCase())
    .join(',');
}

function decoderFor(coding: string, body: Buffer): Transform | null {
  // A sync flush at the end decodes as far as a body goes that was cut or broke off.
  const zlib = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlib);
    case 'deflate':
      // Some servers send it without the zlib header, whose first byte ends in 8.
      return ((body[0] ?? 0) & 0x0f) === 8 ? createInflate(zlib) : createInflateRaw(zlib);
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return null;
  }
}
