const MAX_LENGTH = 2_000;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

export type EndpointUrlCheck = { ok: true } | { ok: false; detail: string };

/**
 * Whether a URL can be an endpoint's, judged by its text alone. Which addresses it may lead to is decided
 * again for every connection, because a name can point somewhere else tomorrow.
 */
export function checkEndpointUrl(url: string): EndpointUrlCheck {
  if (url.length > MAX_LENGTH) return refuse(`The URL must have at most ${MAX_LENGTH} characters.`);
  // The parser would silently strip these, or read "http:host" as "http://host": what is stored would not
  // be what is called.
  if (SPACE_OR_CONTROL.test(url)) return refuse('The URL must not contain spaces or control characters.');
  if (!/^https?:\/\//i.test(url)) return refuse('The URL must start with http:// or https://.');
  if (!URL.canParse(url)) return refuse('The URL cannot be parsed.');
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return refuse('The URL must not contain credentials.');
  return { ok: true };
}

const refuse = (detail: string): EndpointUrlCheck => ({ ok: false, detail });

/** Whether a URL lies under another, e.g. an endpoint's under the webhooks of n8n. */
export const isBelow = (url: string, base: string): boolean => url.startsWith(`${base.replace(/\/$/, '')}/`);
