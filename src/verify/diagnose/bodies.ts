import { isUtf8 } from 'node:buffer';
import { type JsonLayout, jsonTokens, layOut, sortedTokens } from './json-text.ts';

/** A body as it may have been when it was signed. */
export interface BodyForm {
  body: Buffer;
  /** In words that follow "the body". */
  form: string;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Everything that commonly happens to a body on its way, undone. Takes breaks; each form is yielded once. */
export function* bodyForms(rawBody: Buffer): Generator<number | BodyForm, void, undefined> {
  yield* byteForms(rawBody);
  if (!isUtf8(rawBody)) return;
  const hasBom = rawBody.subarray(0, 3).equals(BOM);
  const text = (hasBom ? rawBody.subarray(3) : rawBody).toString('utf8');
  const tokens = yield* jsonTokens(text);
  if (tokens === null || !/^[{["]/.test(tokens[0] ?? '')) yield* formForms(text);
  else yield* jsonForms(text, tokens);
}

function* byteForms(raw: Buffer): Generator<BodyForm> {
  const text = raw.toString('latin1');
  const form = (name: string, bytes: string | Buffer): BodyForm => ({
    form: name,
    body: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
  });
  const bare = text.replace(/[\r\n]+$/, '');
  if (bare !== text) yield form('without the line break at its end', bare);
  yield form('with a line feed at its end', `${text}\n`);
  yield form('with a carriage return and a line feed at its end', `${text}\r\n`);
  if (text.includes('\r')) yield form('with line feeds in place of CRLF', text.replaceAll('\r\n', '\n'));
  if (text.includes('\n')) {
    yield form('with CRLF in place of line feeds', text.replace(/\r?\n/g, '\r\n'));
  }
  const trimmed = text.trim();
  if (trimmed !== bare) yield form('without the white space around it', trimmed);
  if (raw.subarray(0, 3).equals(BOM)) yield form('without its byte order mark', raw.subarray(3));
  else yield form('with a byte order mark', Buffer.concat([BOM, raw]));
  if (raw.length > 0) yield form('when it was empty: it was signed before it was there', '');
  if (/[\x80-\xff]/.test(text)) {
    yield form('in UTF-8, from which it was encoded twice', raw.toString('utf8'));
    yield form('encoded as UTF-8 twice', Buffer.from(text, 'utf8'));
  }
}

const COMPACT: JsonLayout = { indent: '', afterComma: '', afterColon: '' };
const LAYOUTS: [string, JsonLayout][] = [
  ['compact', COMPACT],
  ['with a space after each comma and colon', { indent: '', afterComma: ' ', afterColon: ' ' }],
  ['indented by 2', { indent: '  ', afterComma: '', afterColon: ' ' }],
  ['indented by 4', { indent: '    ', afterComma: '', afterColon: ' ' }],
  ['indented by tabs', { indent: '\t', afterComma: '', afterColon: ' ' }],
];

type WriteString = (token: string) => string;

/** Made when they are needed: most texts have few different ones. */
const escapes: string[] = [];

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  escapes[code] ??= `\\u${code.toString(16).padStart(4, '0')}`;
  return escapes[code];
}

const unicodeEscape = (text: string): string => text.replace(/[\u007f-\uffff]/g, escapeOf);
const slashEscape = (text: string): string => text.replaceAll('/', '\\/');
const htmlEscape = (text: string): string => text.replace(/[<>&\u2028\u2029]/g, escapeOf);

const hasUnicode = (text: string): boolean => /[\u007f-\uffff]|\\u/.test(text);
const hasSlash = (text: string): boolean => text.includes('/');

/** How the writers of JSON write strings, and which texts that makes a difference to. */
const STRINGS: { name: string; write: WriteString; matters: (text: string) => boolean }[] = [
  { name: '', write: plainString, matters: () => true },
  {
    name: 'all but ASCII escaped',
    write: (token) => unicodeEscape(plainString(token)),
    matters: hasUnicode,
  },
  { name: 'slashes escaped', write: (token) => slashEscape(plainString(token)), matters: hasSlash },
  {
    name: 'slashes and all but ASCII escaped',
    write: (token) => unicodeEscape(slashEscape(plainString(token))),
    matters: (text) => hasSlash(text) && hasUnicode(text),
  },
  {
    name: '<, > and & escaped',
    write: (token) => htmlEscape(plainString(token)),
    matters: (text) => /[<>&\u2028\u2029]|\\u/.test(text),
  },
  { name: 'strings left as they came', write: (token) => token, matters: (text) => text.includes('\\') },
];

/** A string without any escape that is not needed. */
function plainString(token: string): string {
  if (!token.includes('\\')) return token;
  try {
    return JSON.stringify(JSON.parse(token));
  } catch {
    // No string that any parser takes: then nobody has parsed and written it on the way.
    return token;
  }
}

function* jsonForms(original: string, tokens: string[]): Generator<number | BodyForm, void, undefined> {
  const sorted = yield* sortedTokens(tokens);
  yield 0;
  const orders: [string, string[]][] = [['', tokens]];
  if (sorted?.some((token, i) => token !== tokens[i])) orders.push(['its keys sorted', sorted]);
  const strings = STRINGS.filter(({ matters }) => matters(original));
  for (const [order, pieces] of orders) {
    for (const { name, write } of strings) {
      const written = new Map<string, string>();
      for (const [layout, rules] of LAYOUTS) {
        const text = yield* layOut(pieces, rules, memoized(write, written));
        yield 0;
        if (text === null) continue;
        const form = `as JSON ${[layout, name, order].filter((part) => part !== '').join(', ')}`;
        if (text !== original) yield { form, body: Buffer.from(text) };
        // Files, and what some languages write, end in one.
        if (name === '')
          yield { form: `${form}, with a line feed at its end`, body: Buffer.from(`${text}\n`) };
      }
    }
  }
  yield* numberForms(tokens);
}

const NUMBER = /^-?\d/;

/** Numbers as JavaScript writes them: 1.0 as 1. */
function* numberForms(tokens: string[]): Generator<number | BodyForm, void, undefined> {
  const numbers = tokens.map((token) => (NUMBER.test(token) ? String(Number(token)) : token));
  if (numbers.every((token, i) => token === tokens[i])) return;
  for (const [layout, rules] of LAYOUTS.slice(0, 3)) {
    const text = yield* layOut(numbers, rules, plainString);
    yield 0;
    if (text !== null) yield { form: `as JSON ${layout}, its numbers rewritten`, body: Buffer.from(text) };
  }
}

function memoized(write: WriteString, written: Map<string, string>): WriteString {
  return (token) => {
    let text = written.get(token);
    if (text === undefined) {
      text = write(token);
      written.set(token, text);
    }
    return text;
  };
}

function isNew(seen: Set<string>, text: string): boolean {
  const isNew = !seen.has(text);
  if (isNew) seen.add(text);
  return isNew;
}

const MAX_FIELDS = 2_000;

/** A form, written by those who write a space as + and those who write it as %20. */
function* formForms(text: string): Generator<number | BodyForm, void, undefined> {
  if (!text.includes('=') || /[\s{}<]/.test(text)) return;
  const fields = [...new URLSearchParams(text)];
  if (fields.length > MAX_FIELDS) return;
  yield 0;
  const seen = new Set([text]);
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [order, list] of [
    ['', fields],
    [', its fields sorted', sorted],
  ] as const) {
    const plus = new URLSearchParams(list).toString();
    yield 0;
    const percent = list.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
    yield 0;
    for (const [name, write] of [
      ['with + for spaces', () => plus],
      ['with %20 for spaces', () => percent],
      ['with small hex digits and + for spaces', () => smallHex(plus)],
      ['with small hex digits', () => smallHex(percent)],
      ['with %20 for spaces, like PHP', () => phpEncoded(percent)],
    ] as const) {
      const written = write();
      yield 0;
      if (isNew(seen, written)) yield { form: `as a form ${name}${order}`, body: Buffer.from(written) };
    }
  }
}

const smallHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const phpEncoded = (text: string): string =>
  text.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
