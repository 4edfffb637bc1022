import type { AuthType, HmacDescription } from '../../domain/webhook-config.ts';
import { readDescription, type Scheme } from '../../verify/scheme.ts';
import type { PayloadPart } from '../../verify/template.ts';

export interface CurlTarget {
  url: string;
  authType: AuthType;
  hmac: HmacDescription | null;
}

const BODY = '{"hello":"world"}';
const TO_HEX = "od -An -v -tx1 | tr -d ' \\n'";

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A command that sends a webhook this service accepts, from any POSIX shell in which SECRET holds the secret. */
export function curlFor({ url, authType, hmac }: CurlTarget): string {
  const send = (...headers: string[]) =>
    ['curl -X POST', quote(url), ...headers.map((header) => `-H ${header}`), '--data-binary "$BODY"'].join(
      ' ',
    );
  const json = quote('content-type: application/json');
  const body = `BODY=${quote(BODY)}`;
  switch (authType) {
    case 'none':
      return [body, send(json)].join('\n');
    case 'api_key':
      return [body, send(json, '"x-api-key: $SECRET"')].join('\n');
    case 'bearer_token':
      return [body, send(json, '"authorization: Bearer $SECRET"')].join('\n');
    case 'hmac': {
      const read = readDescription(hmac ?? {});
      // Nothing verifies under a description that contradicts itself, so there is no command either.
      if (!read.ok) return '';
      const { setup, headers } = signing(read.scheme, url);
      return [body, ...setup, send(json, ...headers)].join('\n');
    }
  }
}

function signing(scheme: Scheme, url: string): { setup: string[]; headers: string[] } {
  const { signature, timestamp } = scheme;
  const signed = new Map<string, string>();
  const payload = scheme.payload.map((part) => word(part, url, signed)).join('');
  const digest = `openssl dgst -${scheme.algorithm} ${keyArguments(scheme)} -binary`;
  const prefix = signature.prefixRequired ? signature.prefix : '';
  return {
    setup: [
      ...(timestamp === null ? [] : [`TIMESTAMP=$(date +%s)${timestamp.unit === 'ms' ? '000' : ''}`]),
      `SIGNATURE=$(printf '%s' ${payload} | ${digest} | ${ENCODERS[signature.encoding]})`,
    ],
    headers: [
      ...[...signed].map(([name, value]) => quote(`${name}: ${value}`)),
      ...(timestamp === null ? [] : [`${quote(`${timestamp.header}: `)}"$TIMESTAMP"`]),
      `${quote(`${signature.header}: ${prefix}`)}"$SIGNATURE"`,
    ],
  };
}

const ENCODERS = {
  hex: TO_HEX,
  base64: 'openssl base64 -A',
  base64url: "openssl base64 -A | tr '+/' '-_' | tr -d '='",
} as const satisfies Record<Scheme['signature']['encoding'], string>;

/** How openssl is told the key: only as hex can it have bytes that no argument can hold. */
function keyArguments({ keyEncoding }: Scheme): string {
  if (keyEncoding === 'utf8') return '-hmac "$SECRET"';
  const hex =
    keyEncoding === 'hex' ? '$SECRET' : `$(printf '%s' "$SECRET" | openssl base64 -d -A | ${TO_HEX})`;
  return `-mac HMAC -macopt hexkey:"${hex}"`;
}

/** One piece of what is signed as part of a shell word. Headers that have to be sent for it go to `signed`. */
function word(part: PayloadPart, url: string, signed: Map<string, string>): string {
  switch (part.kind) {
    case 'body':
      return '"$BODY"';
    case 'timestamp':
      return '"$TIMESTAMP"';
    case 'method':
      return 'POST';
    case 'url':
      return quote(url);
    case 'text':
      return quote(part.bytes.toString('utf8'));
    case 'header':
      return quote(headerValue(part.name, url, signed));
  }
}

function headerValue(name: string, url: string, signed: Map<string, string>): string {
  // These curl sends by itself.
  if (name === 'content-type') return 'application/json';
  if (name === 'content-length') return String(Buffer.byteLength(BODY));
  if (name === 'host') return new URL(url).host;
  signed.set(name, 'example');
  return 'example';
}
