import { REDACTED } from './header-log.ts';

/** What is shorter is part of ordinary words. Secrets that are set have more. */
const MIN_CHARACTERS = 6;

/**
 * The texts that give a secret away: with its beginning and without. A sender that puts its secret into a header of
 * its own, or into the URL, is refused; and what is stored of it is read by more people than may know the secret.
 */
function telling(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [secret, secret.trim(), secret.replace(/^whsec_/, '')]);
  // Header values come as latin1, in which a secret that is not ASCII looks different.
  const texts = written.flatMap((text) => [text, Buffer.from(text).toString('latin1')]);
  return [...new Set(texts)]
    .filter((text) => text.length >= MIN_CHARACTERS)
    .sort((a, b) => b.length - a.length);
}

/** Headers as `headersAsJson` writes them, without the secrets. */
export function withoutSecrets(headersJson: string, secrets: readonly string[]): string {
  let text = headersJson;
  for (const secret of telling(secrets))
    text = text.replaceAll(JSON.stringify(secret).slice(1, -1), REDACTED);
  return text;
}

/** A query string without the secrets, however they are escaped. */
export function queryWithoutSecrets(query: string, secrets: readonly string[]): string {
  if (query === '') return query;
  const texts = telling(secrets);
  return query
    .split('&')
    .map((part) => {
      // A + may have been meant as one, as in base64 that nobody escaped, or as a space.
      const readings = [part, part.replaceAll('+', '%2B')].map((text) => [...new URLSearchParams(text)][0]);
      const tells = (text = '') => texts.some((secret) => text.includes(secret));
      if (readings.some((reading) => tells(reading?.[0]))) return REDACTED;
      // The = of its padding is not the one that ends a name.
      if (readings.some((reading) => tells(reading?.[1])))
        return `${part.slice(0, part.indexOf('=') + 1)}${REDACTED}`;
      return readings.some((reading) => tells(reading?.join('='))) ? REDACTED : part;
    })
    .join('&');
}

const TOKEN_PARAMETER = 'hub.verify_token';

/** A verify token is a credential, and a mistyped one is nearly one. */
export const queryWithoutToken = (query: string): string =>
  query
    .split('&')
    .map((part) => (new URLSearchParams(part).has(TOKEN_PARAMETER) ? `${TOKEN_PARAMETER}=${REDACTED}` : part))
    .join('&');
