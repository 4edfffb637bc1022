import type { VerifyRequest } from '../request.ts';

/** A URL as the sender may know it. */
export interface UrlForm {
  url: string;
  /** In words that follow "the URL". */
  form: string;
}

const PARTS = /^(https?):\/\/([^/?#]*)([^?#]*)(\?.*)?$/is;
const PORT = /:(\d+)$/;
const HOST = /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?$/;

/** What commonly differs between the URL that a sender was given and the one that is configured. */
export function urlForms({ url, headers }: Pick<VerifyRequest, 'url' | 'headers'>): UrlForm[] {
  const [, scheme = '', host = '', path = '', query = ''] = PARTS.exec(url) ?? [];
  if (scheme === '') return [];
  const forms: UrlForm[] = [];
  const seen = new Set([url]);
  const hosts: [string, string][] = [
    ['', host],
    ...portForms(host),
    ...[headers.host, headers['x-forwarded-host']].flatMap((name): [string, string][] =>
      typeof name === 'string' && HOST.test(name) ? [[`on the host ${name}`, name]] : [],
    ),
  ];
  const paths: [string, string][] = [
    ['', path],
    path.endsWith('/')
      ? ['without the slash at its end', path.slice(0, -1)]
      : ['with a slash at its end', `${path}/`],
  ];
  const queries: [string, string][] = [['', query]];
  if (query !== '') queries.push(['without its query', '']);
  for (const [how, text] of [['', scheme] as const, other(scheme)]) {
    for (const [onHost, name] of hosts) {
      for (const [withSlash, place] of paths) {
        for (const [withQuery, search] of queries) {
          const tried = `${text}://${name}${place}${search}`;
          if (seen.has(tried)) continue;
          seen.add(tried);
          const form = [how, onHost, withSlash, withQuery].filter((part) => part !== '').join(', ');
          forms.push({ url: tried, form });
        }
      }
    }
  }
  // Those with a single difference first: they are likelier, and say it more simply.
  return forms.sort((a, b) => a.form.split(', ').length - b.form.split(', ').length);
}

const other = (scheme: string): readonly [string, string] =>
  scheme.toLowerCase() === 'https' ? ['with http', 'http'] : ['with https', 'https'];

function portForms(host: string): [string, string][] {
  if (PORT.test(host)) return [['without its port', host.replace(PORT, '')]];
  return [
    ['with the port 443', `${host}:443`],
    ['with the port 80', `${host}:80`],
  ];
}
