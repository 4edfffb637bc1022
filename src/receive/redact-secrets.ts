import { unescape as percentDecoded } from 'node:querystring';
import { REDACTED } from '../domain/redacted.ts';

/** What is shorter is part of ordinary words. Secrets that are set have more. */
const MIN_CHARACTERS = 6;

/** Takes secrets out of what is stored of a request: more people read that than may know a secret. */
export interface Redaction {
  /** Headers as `headersAsJson` writes them. */
  headers(json: string): string;
  /** A query string, however the secrets are escaped there. */
  query(text: string): string;
}

const NOTHING: Redaction = { headers: (json) => json, query: (text) => text };

/** Made once for these secrets: each request is only searched for them. */
export function redactionOf(secrets: readonly string[]): Redaction {
  const texts = telling(secrets);
  if (texts.length === 0) return NOTHING;
  // A proxy may pass a URL on in a header.
  const inJson = longestFirst([...texts, ...texts.map(escaped)]).map((text) =>
    JSON.stringify(text).slice(1, -1),
  );
  const tells = (text: string) => texts.some((secret) => text.includes(secret));
  return {
    headers: (json) => inJson.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), json),
    query: (text) => {
      // Looked at as a whole first: it may have thousands of parts.
      if (!mayTell(text, tells)) return text;
      return text
        .split('&')
        .map((part) => (mayTell(part, tells) ? withoutTelling(part, tells) : part))
        .join('&');
    },
  };
}

type Tells = (text: string) => boolean;

/**
 * The texts that give a secret away: with its beginning and without. A sender that puts its secret into a header of
 * its own, or into the URL, is not always refused.
 */
function telling(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [secret, secret.trim(), secret.replace(/^whsec_/, '')]);
  // Header values come as latin1, in which a secret that is not ASCII looks different.
  const texts = written.flatMap((text) => [text, Buffer.from(text).toString('latin1')]);
  return longestFirst(texts.filter((text) => text.length >= MIN_CHARACTERS));
}

/** The others may be part of the longest. */
const longestFirst = (texts: readonly string[]): string[] =>
  [...new Set(texts)].sort((a, b) => b.length - a.length);

/** By way of bytes: half a character, which a secret may have in it, cannot be escaped. */
const escaped = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** A look that costs little. A + may have been meant as one, or as a space. */
function mayTell(text: string, tells: Tells): boolean {
  if (tells(text)) return true;
  const spaced = text.replaceAll('+', ' ');
  if (text.includes('%') && tells(percentDecoded(text))) return true;
  return spaced !== text && tells(percentDecoded(spaced));
}

function withoutTelling(part: string, tells: Tells): string {
  // A + as in base64 that nobody escaped, or as a space.
  const readings = [part, part.replaceAll('+', '%2B')].map((text) => [...new URLSearchParams(text)][0]);
  if (readings.some((reading) => tells(reading?.[0] ?? ''))) return REDACTED;
  // The = of its padding is not the one that ends a name.
  if (readings.some((reading) => tells(reading?.[1] ?? '')))
    return `${part.slice(0, part.indexOf('=') + 1)}${REDACTED}`;
  return REDACTED;
}

const TOKEN_PARAMETER = 'hub.verify_token';

/** A verify token is a credential, and a mistyped one is nearly one. */
export const queryWithoutToken = (query: string): string =>
  query
    .split('&')
    .map((part) => (isToken(part) ? `${TOKEN_PARAMETER}=${REDACTED}` : part))
    .join('&');

const isToken = (part: string): boolean =>
  (part.startsWith(TOKEN_PARAMETER) || part.includes('%')) && new URLSearchParams(part).has(TOKEN_PARAMETER);
