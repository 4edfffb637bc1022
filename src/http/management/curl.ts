import type { ProviderName } from '../../domain/providers.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { AuthType } from '../../domain/webhook-config.ts';
import { PRESETS } from '../../verify/presets/index.ts';
import { type HmacAlgorithm, readDescription, type Scheme } from '../../verify/scheme.ts';
import type { PayloadPart } from '../../verify/template.ts';

export interface CurlTarget {
  url: string;
  authType: AuthType;
  hmac: SignatureDescription | null;
  provider: ProviderName | null;
}

const BODY = '{"hello":"world"}';
const TO_HEX = "od -An -v -tx1 | tr -d ' \\n'";

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A command that sends a webhook this service accepts, from any POSIX shell in which SECRET holds the secret. Empty
 * where there can be none: a description that contradicts itself, a private key that only the sender has, a signature
 * that is inside the body.
 */
export function curlFor({ url, authType, hmac, provider }: CurlTarget): string {
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
    case 'hmac':
    case 'provider': {
      const description = authType === 'hmac' ? (hmac ?? {}) : provider && PRESETS[provider].scheme;
      const commands = typeof description === 'object' && description !== null && signing(description, url);
      return commands ? [body, ...commands.setup, send(json, ...commands.headers)].join('\n') : '';
    }
  }
}

interface Commands {
  setup: string[];
  headers: string[];
}

/** null: no shell can sign like this. */
function signing(description: SignatureDescription, url: string): Commands | null {
  const read = readDescription(description);
  if (!read.ok) return null;
  const { scheme } = read;
  const { signature, timestamp } = scheme;
  const header = headerOf(signature.place);
  if (header === null || timestamp?.place.in === 'json') return null;
  if (scheme.algorithm === 'token') return { setup: [], headers: [`${quote(`${header}: `)}"$SECRET"`] };
  const signed = new Map<string, string>();
  const payload = scheme.payload.map((part) => word(part, url, signed));
  const digest = digestCommand(scheme);
  if (digest === null || payload.includes(null)) return null;
  const prefix = signature.prefixRequired ? signature.prefix : '';
  return {
    setup: [
      ...(timestamp === null ? [] : [`TIMESTAMP=${CLOCKS[timestamp.unit]}`]),
      ...([...signed.values()].includes(ID) ? ['ID=example-$(date +%s)-$$'] : []),
      ...(scheme.key.prefix === '' ? [] : [`KEY=\${SECRET#${quote(scheme.key.prefix)}}`]),
      `SIGNATURE=$(printf '%s' ${payload.join('')} | ${digest} -binary | ${ENCODERS[signature.encoding]})`,
    ],
    headers: [
      ...[...signed].map(([name, value]) => quote(`${name}: `) + value),
      ...(timestamp?.place.in === 'header' ? [`${quote(`${timestamp.place.name}: `)}"$TIMESTAMP"`] : []),
      quote(`${header}: `) + headerText(scheme, prefix),
    ],
  };
}

function headerOf(place: Scheme['signature']['place']): string | null {
  if (place.in === 'header') return place.name;
  return place.in === 'headers' ? `${place.beginning}1` : null;
}

const CLOCKS = {
  s: '$(date +%s)',
  ms: '$(date +%s)000',
  rfc3339: '$(date -u +%Y-%m-%dT%H:%M:%SZ)',
} as const satisfies Record<NonNullable<Scheme['timestamp']>['unit'], string>;

const ENCODERS = {
  hex: TO_HEX,
  base64: 'openssl base64 -A',
  base64url: "openssl base64 -A | tr '+/' '-_' | tr -d '='",
} as const satisfies Record<Scheme['signature']['encoding'], string>;

/** The value of the header with the signature, as shell words. */
function headerText({ signature: { format }, timestamp }: Scheme, prefix: string): string {
  if (format.kind !== 'pairs') return `${quote(prefix)}"$SIGNATURE"`;
  const at = timestamp?.place.in === 'pairs' ? timestamp.place.key : null;
  const stamp = at === null ? '' : `${quote(`${at}=`)}"$TIMESTAMP"${quote(format.separator)}`;
  return `${stamp}${quote(`${format.key}=${prefix}`)}"$SIGNATURE"`;
}

const HMACS: readonly string[] = ['sha1', 'sha256', 'sha512'] satisfies HmacAlgorithm[];

function digestCommand({ algorithm, key }: Scheme): string | null {
  if (algorithm === 'sha256-plain') return 'openssl dgst -sha256';
  const keyed = HMACS.includes(algorithm) ? keyArguments(key) : null;
  return keyed === null ? null : `openssl dgst -${algorithm} ${keyed}`;
}

/** How openssl is told the key: only as hex can it have bytes that no argument can hold. */
function keyArguments({ encoding, prefix }: Scheme['key']): string | null {
  const key = prefix === '' ? '$SECRET' : '$KEY';
  switch (encoding) {
    case 'utf8':
      return `-hmac "${key}"`;
    case 'hex':
      return `-mac HMAC -macopt hexkey:"${key}"`;
    case 'base64':
      return `-mac HMAC -macopt hexkey:"$(printf '%s' "${key}" | openssl base64 -d -A | ${TO_HEX})"`;
    default:
      return null;
  }
}

/** An id that no other webhook has: the same one twice would be taken for one event. */
const ID = '"$ID"';

/** One piece of what is signed as part of a shell word. Headers that have to be sent for it go to `signed`. */
function word(part: PayloadPart, url: string, signed: Map<string, string>): string | null {
  switch (part.kind) {
    case 'body':
      return '"$BODY"';
    case 'timestamp':
      return '"$TIMESTAMP"';
    case 'secret':
      return '"$SECRET"';
    case 'method':
      return 'POST';
    case 'url':
      return quote(url);
    case 'decoded_url':
      return url.includes('%') ? null : quote(url);
    case 'text':
      return quote(part.bytes.toString('utf8'));
    case 'header':
      return headerValue(part.name, url, signed);
    case 'json':
      return null;
  }
}

function headerValue(name: string, url: string, signed: Map<string, string>): string {
  // These curl sends by itself.
  if (name === 'content-type') return quote('application/json');
  if (name === 'content-length') return quote(String(Buffer.byteLength(BODY)));
  if (name === 'host') return quote(new URL(url).host);
  signed.set(name, ID);
  return ID;
}
