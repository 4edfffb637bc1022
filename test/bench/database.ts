import { createHmac, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { box, insertWorkflow } from '../helpers/rows.ts';

/** The key that `box` seals with. */
export const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');
export const ORGANIZATION_ID = DEFAULT_ORGANIZATION_ID;

export interface BenchDatabase {
  db: Database;
  one: <T>(text: string, values?: unknown[]) => Promise<T>;
  close(): Promise<void>;
}

export function openDatabase(connectionString: string): BenchDatabase {
  const onError = () => undefined;
  const pool: pg.Pool = createPool({
    connectionString,
    max: 3,
    applicationName: 'bench',
    queryTimeoutMs: 60_000,
    onError,
  });
  const db = createDatabase(pool);
  const one = async <T>(text: string, values: unknown[] = []) =>
    (await pool.query(text, values)).rows[0] as T;
  return { db, one, close: () => db.destroy() };
}

export interface SignedWorkflow {
  workflowId: string;
  secret: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A workflow that takes HMAC-signed webhooks, and one such webhook of 1 KB. */
export async function createSignedWorkflow(db: Database, urls: string[] = []): Promise<SignedWorkflow> {
  const { workflowId } = await insertWorkflow(db, urls, { webhook_auth_type: 'hmac' });
  const secret = randomBytes(32).toString('hex');
  const id = newId();
  const sealed = box.seal(secret, id);
  await db
    .insertInto('webhook_secrets')
    .values({
      id,
      organization_id: ORGANIZATION_ID,
      workflow_id: workflowId,
      ciphertext: sealed.ciphertext,
      encryption_key_id: sealed.encryptionKeyId,
    })
    .execute();
  const filler = randomBytes(400).toString('hex');
  const body = Buffer.from(
    JSON.stringify({ event: 'push', repository: { id: 1, name: 'bench' }, filler }).padEnd(1_024),
  );
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    workflowId,
    secret,
    body,
    headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
  };
}
