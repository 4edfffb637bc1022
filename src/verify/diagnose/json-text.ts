/** A piece of a JSON text: punctuation, a string (with its quotes), or anything else that stands for itself. */
const TOKENS = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/gy;
const SPACE = /[ \t\r\n]*/y;
const TOKENS_A_STEP = 8_192;
/** Sorting them is one step. */
const MAX_TOKENS = 65_536;

export interface JsonLayout {
  /** One for each level; empty: all in one line. */
  indent: string;
  /** After a comma, and after a colon, in one line. */
  afterComma: string;
  afterColon: string;
}

/**
 * The pieces of a JSON text as they were written, so that numbers, the order of keys and those that repeat survive
 * being laid out anew; null when it is no JSON. Takes a break now and then.
 */
export function* jsonTokens(text: string): Generator<number, string[] | null, undefined> {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (at === text.length) break;
    TOKENS.lastIndex = at;
    const [token] = TOKENS.exec(text) ?? [];
    if (token === undefined || tokens.length === MAX_TOKENS) return null;
    tokens.push(token);
    at += token.length;
    if (tokens.length % TOKENS_A_STEP === 0) {
      yield 0;
    }
  }
  return tokens.length === 0 ? null : tokens;
}

/** The pieces as one text again; null when that is too long. `string` writes the strings. */
export function* layOut(
  tokens: readonly string[],
  { indent, afterComma, afterColon }: JsonLayout,
  string: (token: string) => string,
): Generator<number, string | null, undefined> {
  let text = '';
  let depth = 0;
  const line = () => (indent === '' ? '' : `\n${indent.repeat(Math.min(depth, MAX_INDENTED))}`);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (i % TOKENS_A_STEP === TOKENS_A_STEP - 1) yield 0;
    if (text.length > MAX_TEXT) return null;
    if (token === '{' || token === '[') {
      const isEmpty = tokens[i + 1] === '}' || tokens[i + 1] === ']';
      depth++;
      text += token + (isEmpty ? '' : line());
    } else if (token === '}' || token === ']') {
      depth--;
      const wasEmpty = tokens[i - 1] === '{' || tokens[i - 1] === '[';
      text += (wasEmpty ? '' : line()) + token;
    } else if (token === ',') text += token + (indent === '' ? afterComma : line());
    else if (token === ':') text += token + afterColon;
    else text += token.startsWith('"') ? string(token) : token;
  }
  return text;
}

/** Brackets alone, indented at every level, would fill the memory. */
const MAX_INDENTED = 50;
const MAX_TEXT = 524_288;
const MAX_SORTED_DEPTH = 100;
const MEMBERS_A_STEP = 1_024;

/** The pieces with the keys of every object in order; null when it nests too deep, or is no JSON after all. */
export function* sortedTokens(tokens: readonly string[]): Generator<number, string[] | null, undefined> {
  const objects = findObjects(tokens);
  yield 0;
  if (objects === null) return null;
  let sortedMembers = 0;
  for (const { members } of objects.values()) {
    members.sort((a, b) => compare(tokens[a.start] ?? '', tokens[b.start] ?? ''));
    sortedMembers += members.length + 1;
    if (sortedMembers < MEMBERS_A_STEP) continue;
    sortedMembers = 0;
    yield 0;
  }
  const sorted: string[] = [];
  const write = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const token = tokens[i] as string;
      sorted.push(token);
      const object = objects.get(i);
      if (object === undefined) continue;
      const { members, close } = object;
      for (const [n, { start, end }] of members.entries()) {
        if (n > 0) sorted.push(',');
        write(start, end);
      }
      sorted.push('}');
      i = close;
    }
  };
  write(0, tokens.length);
  return sorted;
}

interface JsonObject {
  close: number;
  members: { start: number; end: number }[];
}

/** The objects by where they begin. */
function findObjects(tokens: readonly string[]): Map<number, JsonObject> | null {
  const objects = new Map<number, JsonObject>();
  const open: (JsonObject | null)[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const within = open.at(-1);
    if (token === '{') {
      const object = { close: -1, members: [] };
      objects.set(i, object);
      open.push(object);
      if (tokens[i + 1] !== '}') startMember(object, i + 1);
    } else if (token === '[') open.push(null);
    else if (token === ',' && within) {
      endMember(within, i);
      startMember(within, i + 1);
    } else if (token === '}' || token === ']') {
      if (open.length === 0 || (token === '}') !== (within !== null)) return null;
      if (within) {
        endMember(within, i);
        within.close = i;
      }
      open.pop();
    }
    if (open.length > MAX_SORTED_DEPTH) return null;
  }
  return open.length === 0 ? objects : null;
}

const startMember = ({ members }: JsonObject, start: number) => members.push({ start, end: -1 });

function endMember({ members }: JsonObject, end: number): void {
  const last = members.at(-1);
  if (last) last.end = end;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
