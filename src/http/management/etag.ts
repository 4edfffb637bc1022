import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The entity tag of something as it is shown: its version, which counts its changes, and a digest of all that is
 * shown. The digest is for readers, who shall see what changes by itself as well, such as when a secret was last
 * used; whoever writes is held to the version alone, because no such change is one that they could undo.
 */
export function entityTag(version: number, shown: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
  return `"${version}-${digest.slice(0, DIGEST_CHARACTERS)}"`;
}

const DIGEST_CHARACTERS = 16;

const TAGS = /(W\/)?"([^"]*)"/g;
const OWN_TAG = /^(\d{1,10})-[\w-]{16}$/;

/** Whether a change that asks for `ifMatch` may be made to this version. Weak tags match nothing (RFC 9110 13.1.1). */
export function allowsChange(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined || ifMatch === '*') return true;
  return [...ifMatch.matchAll(TAGS)].some(
    ([, weak, tag = '']) => weak === undefined && OWN_TAG.exec(tag)?.[1] === String(version),
  );
}

/** Sets `etag`, and answers 304 when the client has just this already. */
export function notModified(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag);
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch === undefined) return false;
  // Here weak tags do match (RFC 9110 13.1.2): proxies that compress make every tag a weak one.
  const known = [...ifNoneMatch.matchAll(TAGS)].some(([, , tag]) => `"${tag}"` === etag);
  if (!known && ifNoneMatch !== '*') return false;
  // Not `return null` in the route: Fastify would send that as JSON.
  reply.code(304).send();
  return true;
}
