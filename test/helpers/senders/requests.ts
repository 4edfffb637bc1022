import type { Sender, SignedRequest } from './sender.ts';

/** What may happen to a signed request on its way, or what a forger may try. */

export const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const nameIn = (headers: Record<string, string>, name: string): string =>
  Object.keys(headers).find((spelled) => spelled.toLowerCase() === name) ?? name;

export function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  return { ...request, headers: { ...request.headers, [nameIn(request.headers, name)]: value } };
}

export function withoutHeader(request: SignedRequest, name: string): SignedRequest {
  const { [nameIn(request.headers, name)]: _gone, ...headers } = request.headers;
  return { ...request, headers };
}

export function headerOf(request: SignedRequest, name: string): string {
  return request.headers[nameIn(request.headers, name)] ?? '';
}

type Document = Record<string | number, unknown>;

/** The same body with another value at a path; undefined: without it. */
function atPath(
  body: Buffer,
  path: readonly (string | number)[],
  change: (value: string) => unknown,
): Buffer {
  const document = JSON.parse(body.toString()) as Document;
  let inner = document;
  for (const step of path.slice(0, -1)) inner = inner[step] as Document;
  const last = path.at(-1) ?? '';
  inner[last] = change(String(inner[last]));
  return Buffer.from(JSON.stringify(document));
}

/** With another signature, wherever this sender has it. */
export function withSignature(
  sender: Sender,
  request: SignedRequest,
  change: (signature: string) => string | undefined,
): SignedRequest {
  const { signature } = sender;
  if (typeof signature !== 'string') return { ...request, body: atPath(request.body, signature, change) };
  const changed = change(headerOf(request, signature));
  return changed === undefined ? withoutHeader(request, signature) : withHeader(request, signature, changed);
}

/** One text of the body replaced by another that is as long or not. */
export function replaceInBody(request: SignedRequest, from: string, to: string): SignedRequest {
  const text = request.body.toString();
  if (!text.includes(from)) throw new Error(`the body has no ${from}`);
  return { ...request, body: Buffer.from(text.replace(from, to)) };
}
