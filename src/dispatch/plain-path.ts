/** Nobody who means well encodes a path more often than this. */
const MAX_ROUNDS = 6;

/**
 * The path of a URL, decoded until nothing is left to decode. null: servers do not agree on what it means, because
 * somewhere in it, at some depth of encoding, there is a segment of dots, an empty one, a backslash, a control
 * character, or a percent sign that encodes nothing.
 */
export function plainPath(pathname: string): string | null {
  let path = pathname;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (isOdd(path)) return null;
    const decoded = decode(path);
    if (decoded === null || decoded === path) return decoded;
    path = decoded;
  }
  return null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // the one way to learn that it encodes no text
  }
}

/** Some servers take wide letters for the usual ones, and cut `;parameters` off before they look for dots. */
function isOdd(path: string): boolean {
  const text = path.normalize('NFKC');
  if (/[\\\p{Cc}]/u.test(text)) return true;
  const [, ...segments] = text.split('/');
  return segments.some((segment, i) => {
    const [name = ''] = segment.split(';');
    const isEnd = i === segments.length - 1 && segment === '';
    return !isEnd && /^[.\s]*$/u.test(name);
  });
}
