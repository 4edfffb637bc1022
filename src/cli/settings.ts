import { resolve } from 'node:path';
import envSchema from 'env-schema';
import { readAdminApiKey } from '../embedded/keys.ts';
import { CliError, UsageError } from './errors.ts';

/**
 * What calling a service needs to know. Read apart from the settings of the service itself: whoever calls one
 * on another machine has none of those, or has them for something else. As plain JSON Schema, because loading
 * TypeBox takes longer than most commands.
 */
const DEFAULTS = {
  HOOKGATE_URL: '',
  HOOKGATE_API_KEY: '',
  HOOKGATE_WEBHOOK_SECRET: '',
  HOOKGATE_DATA_DIR: '.hookgate',
  ADMIN_API_KEY: '',
  PORT: '3000',
};
type Environment = typeof DEFAULTS;

const schema = {
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }]),
  ),
};

const read = (): Environment =>
  envSchema<Environment>({ schema, data: process.env, dotenv: true, env: false });

/** The service's address without a slash at its end. */
export function serviceUrl(option: string | undefined, env = read()): string {
  const value = option ?? (env.HOOKGATE_URL || localUrl(env.PORT));
  const name = option === undefined ? 'HOOKGATE_URL' : '--url';
  if (!URL.canParse(value)) throw new UsageError(`${name} must be a URL such as http://127.0.0.1:3000.`);
  const { protocol, username, password, search, hash } = new URL(value);
  if (!['http:', 'https:'].includes(protocol) || username + password + search + hash !== '') {
    throw new UsageError(`${name} must be an http(s) URL without credentials, query and fragment.`);
  }
  return value.replace(/[/?#]+$/, '');
}

function localUrl(port: string): string {
  if (/^\d{1,5}$/.test(port) && Number(port) > 0) return `http://127.0.0.1:${port}`;
  throw new UsageError('PORT does not say where the service listens: name it with --url or HOOKGATE_URL.');
}

const KEY = /^[\x21-\x7e]+$/;

/**
 * The API key to call this address with. The one an embedded installation keeps in its folder is sent to this
 * machine only: a URL of somebody else's must not be able to collect it.
 * @throws CliError when there is none, or none that could be one.
 */
export async function apiKey(url: string): Promise<string> {
  const env = read();
  const given = env.HOOKGATE_API_KEY.trim() || env.ADMIN_API_KEY.trim();
  if (given !== '' && !KEY.test(given)) {
    throw new CliError('HOOKGATE_API_KEY has characters in it that no API key has.');
  }
  if (given !== '') return given;
  const own = isLoopback(url) ? await readAdminApiKey(resolve(env.HOOKGATE_DATA_DIR)) : null;
  if (own !== null) return own;
  const where = isLoopback(url)
    ? `, or name the data folder of this installation in HOOKGATE_DATA_DIR (in ${resolve(env.HOOKGATE_DATA_DIR)} there is none)`
    : '';
  throw new CliError(`There is no API key for ${url}: set HOOKGATE_API_KEY${where}.`);
}

/** The secret of a webhook as the environment has it. */
export const webhookSecret = (): string | null => read().HOOKGATE_WEBHOOK_SECRET || null;

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
