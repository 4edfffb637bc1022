import { type JsonPath, parseJsonPath } from './json-body.ts';

/** One piece of what is signed, in order. Literal text is kept as bytes, ready to be hashed. */
export type PayloadPart =
  | { kind: 'text'; bytes: Buffer }
  | { kind: 'header'; name: string }
  | { kind: 'json'; path: JsonPath }
  /** `decoded_url`: the URL with some of its percent-escapes taken back. */
  | { kind: 'body' | 'method' | 'url' | 'decoded_url' | 'secret' }
  | { kind: 'timestamp' };

const MAX_LENGTH = 200;

const TOKENS = /\{([^{}]*)\}|[^{}]+|[{}]/g;
const HEADER_PLACEHOLDER = /^header:([\w!#$%&'*+.^`|~-]{1,100})$/;

/** Reads a payload template. `faults` says what is wrong with it, in words for whoever wrote it. */
export function parseTemplate(template: string): { parts: PayloadPart[]; faults: string[] } {
  const parts: PayloadPart[] = [];
  const faults = new Set<string>();
  if (template.length > MAX_LENGTH) {
    return { parts, faults: [`Must have at most ${MAX_LENGTH} characters.`] };
  }
  for (const [token, placeholder] of template.matchAll(TOKENS)) {
    if (placeholder !== undefined) {
      const part = placeholderPart(placeholder);
      if (part === null) faults.add(`${token} is not a placeholder this service knows.`);
      else parts.push(part);
    } else if (token === '{' || token === '}') {
      faults.add('The braces are not balanced.');
    } else {
      parts.push({ kind: 'text', bytes: Buffer.from(token) });
    }
  }
  return { parts, faults: [...faults] };
}

function placeholderPart(placeholder: string): PayloadPart | null {
  switch (placeholder) {
    case 'body':
    case 'timestamp':
    case 'method':
    case 'url':
    case 'secret':
      return { kind: placeholder };
    case 'ts':
      return { kind: 'timestamp' };
    case 'url:decoded':
      return { kind: 'decoded_url' };
    default:
      return headerPart(placeholder) ?? jsonPart(placeholder);
  }
}

function headerPart(placeholder: string): PayloadPart | null {
  const name = HEADER_PLACEHOLDER.exec(placeholder)?.[1];
  return name === undefined ? null : { kind: 'header', name: name.toLowerCase() };
}

function jsonPart(placeholder: string): PayloadPart | null {
  const path = placeholder.startsWith('json:') ? parseJsonPath(placeholder.slice('json:'.length)) : null;
  return path === null ? null : { kind: 'json', path };
}
