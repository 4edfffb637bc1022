import type { IncomingMessage } from 'node:http';
import { Problem } from '../domain/problem.ts';

/** How much of a body that is too large is read and thrown away, so that its sender lives to read the 413. */
const DRAIN_BYTES = 16 * 1_048_576;

/**
 * Reads a body into one Buffer, exactly as it came. A body over the limit, declared or not, is refused
 * with 413; what breaks off is an error of the connection and goes to nobody. A problem of the stream is told as it is.
 */
export function collectBody(
  stream: IncomingMessage,
  limit: number,
  done: (error: Error | null, body?: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let ended = false;
  // The listeners stay: taking them off again costs every request, and they do no harm.
  const end = (fault: unknown) => {
    if (ended) return;
    ended = true;
    if (fault instanceof Problem) done(fault);
    else if (fault !== null) done(new Problem('bad_request', { detail: 'The body broke off.' }));
    else if (size > limit) {
      done(new Problem('payload_too_large', { detail: `The body is larger than ${limit} bytes.` }));
    } else done(null, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
  };
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    // Beyond this we answer all the same; a sender that does not stop may not see it.
    if (size > limit + DRAIN_BYTES) end(null);
  });
  stream.on('end', () => end(null));
  stream.on('error', end);
  // Broke off while somebody else was waited for: there will be no more events.
  if (stream.destroyed) end(new Error('destroyed'));
}
