import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseJson } from './client.ts';
import { CliError, lineOf, UsageError } from './errors.ts';

/** The bytes that `--data` names: JSON as it stands, `@file`, or `-` for the standard input. */
export async function readData(data: string): Promise<Buffer> {
  if (data === '-') return buffer(process.stdin);
  if (data.startsWith('@')) return readNamed(data.slice(1));
  if (parseJson(data) === undefined) {
    throw new UsageError(
      '--data is no JSON: what is not can come from a file (@file) or the standard input (-).',
    );
  }
  return Buffer.from(data);
}

/** A JSON object from `--data`. */
export async function readObject(data: string): Promise<Record<string, unknown>> {
  const value = parseJson((await readData(data)).toString('utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UsageError('--data must be a JSON object.');
}

/** The first line of the standard input. */
export async function readLine(): Promise<string> {
  const [line = ''] = (await buffer(process.stdin)).toString('utf8').split(/\r?\n/);
  return line;
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${lineOf(error)}.`);
  }
}
