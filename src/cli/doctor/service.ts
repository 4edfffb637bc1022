import type { Readiness } from '../../operate/readiness.ts';
import { connect, type GlobalOptions } from '../client.ts';
import { lineOf, RefusedError } from '../errors.ts';
import { serviceUrl } from '../settings.ts';
import { fetchJson } from './fetch-json.ts';
import { type Finding, findings } from './finding.ts';

const { ok, warning, broken } = findings('service');

/** A service that runs, by what it says of itself, and whether it takes the key at hand. */
export async function checkService(options: GlobalOptions): Promise<Finding[]> {
  // What was said on the command line is wrong usage; what a setting leaves open is a finding.
  const url = options.url === undefined ? orFinding(() => serviceUrl(undefined)) : serviceUrl(options.url);
  if (typeof url !== 'string') return [url];
  try {
    const { status, body } = await fetchJson(`${url}/readyz`);
    if (!isReadiness(body)) {
      const mend = 'Say where Hookgate is with --url or HOOKGATE_URL.';
      return [broken(`${url}/readyz answered ${status}, which Hookgate does not.`, mend)];
    }
    return [...judge(url, body), await checkKey(options)];
  } catch (error) {
    return [
      warning(
        `Nothing answers at ${url} (${lineOf(error)}).`,
        'Start it with "npm start", or say where it is with --url or HOOKGATE_URL.',
      ),
    ];
  }
}

function orFinding(find: () => string): string | Finding {
  try {
    return find();
  } catch (error) {
    return warning(lineOf(error), 'What it says of itself is not known here.');
  }
}

function judge(url: string, { checks }: Readiness): Finding[] {
  const bad = Object.entries(checks).filter(([, check]) => check.status !== 'ok');
  if (bad.length === 0) return [ok(`It runs at ${url} and is ready.`)];
  return bad.map(([name, { status, detail = '' }]) =>
    (status === 'unready' ? broken : warning)(
      `It runs at ${url}; ${name} is ${status}: ${detail}`,
      'Its log says when that began, and why.',
    ),
  );
}

async function checkKey(options: GlobalOptions): Promise<Finding> {
  const key = findings('key');
  try {
    const client = await connect(options);
    await client.get('/api/workflows', { limit: 1 });
    return key.ok('The service accepts the API key.');
  } catch (error) {
    if (error instanceof RefusedError && error.status === 403) {
      return key.ok('The service accepts the API key, which may not read workflows.');
    }
    const mend = 'Set HOOKGATE_API_KEY, or ADMIN_API_KEY as the service has it.';
    return error instanceof RefusedError ? key.broken(lineOf(error), mend) : key.warning(lineOf(error), mend);
  }
}

const isReadiness = (body: unknown): body is Readiness =>
  typeof body === 'object' && body !== null && 'status' in body && 'checks' in body;
