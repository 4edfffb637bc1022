import {
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  sql,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import type { Turns } from '../runtime/turns.ts';
import { isUncertain } from './faults.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;

export interface PoolOptions {
  connectionString: string;
  max: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Milliseconds after which a query that has not answered fails on our side. */
  queryTimeoutMs?: number;
  connectTimeoutMs?: number;
  /**
   * Text for the connection's `options`, e.g. `-c search_path=bullmq`. Without effect where it is pooled.
   */
  options?: string;
  /** It leads through a proxy that pools transactions: no statement is prepared for the session. */
  pooled?: boolean;
  onError: (error: Error) => void;
}

/** Its statements have no names: the next one may reach another session, which does not know them. */
class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (first: unknown, ...rest: unknown[]) => unknown;
    const unnamed = (first: unknown, ...rest: unknown[]) => {
      const isNamed = typeof first === 'object' && first !== null && 'name' in first && 'text' in first;
      return query(isNamed ? { ...first, name: undefined } : first, ...rest);
    };
    this.query = unnamed as typeof this.query;
  }
}

/**
 * Sessions of its own commit durably, so that a database or role configured otherwise cannot turn a 200 into a promise
 * that a crash breaks. A proxy that pools transactions is sent nothing but who we are: it refuses other parameters, or
 * ignores them.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    query_timeout: options.queryTimeoutMs ?? 10_000,
    keepAlive: true,
    ...(options.pooled && { Client: PooledClient }),
    // Also for statements without a transaction. What leads through such a proxy has only those that bring it along.
    ...(!options.pooled && { options: `-c synchronous_commit=on ${options.options ?? ''}`.trim() }),
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', options.onError);
  // The pool listens only while a connection is idle. Whoever is using it learns of the break from their statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export interface DatabaseOptions {
  /** Milliseconds after which the server itself ends a statement: what nobody waits for any more costs nothing. */
  statementLimitMs?: number;
  /** Other settings of each transaction. */
  local?: Record<string, number>;
  /** Shares the connections out among organizations, in `asTenant`. */
  turns?: Turns;
}

/** By the database whose connections they share out. */
const TURNS = new WeakMap<Database, Turns>();

/**
 * Its transactions commit durably: a database or a role that is configured otherwise cannot turn an answer into a
 * promise that a crash breaks.
 */
export function createDatabase(pool: pg.Pool, options: DatabaseOptions = {}): Database {
  const { statementLimitMs, local, turns } = options;
  const settings = {
    ...local,
    ...(statementLimitMs !== undefined && { statement_timeout: statementLimitMs }),
  };
  const begin = [
    'begin; set local synchronous_commit = on',
    ...Object.entries(settings).map(([name, value]) => `set local ${name} = ${value}`),
  ].join('; ');
  const isLimited = statementLimitMs !== undefined;
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: connections(pool, begin, isLimited) }),
  });
  if (turns !== undefined) TURNS.set(db, turns);
  return db;
}

const connections = (pool: pg.Pool, begin: string, isLimited: boolean): PostgresPool => ({
  connect: async () => withSettings(abandonable(await pool.connect()), begin, isLimited),
  end: () => pool.end(),
});

/**
 * A connection whose transactions have settings, which come along with their beginning: what were set for the session
 * would be another's behind a proxy that pools transactions. Where statements have a limit, one by itself gets a
 * transaction too.
 */
function withSettings(client: PostgresPoolClient, begin: string, isLimited: boolean): PostgresPoolClient {
  let inTransaction = false;
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  const alone = async (text: string, values: unknown[]) => {
    await run(begin);
    try {
      const result = await run(text, values);
      await run('commit');
      return result;
    } catch (error) {
      await run('rollback');
      throw error;
    }
  };
  const query = async (text: string, values: unknown[]) => {
    if (text === 'commit' || text === 'rollback') inTransaction = false;
    else if (text === 'begin') inTransaction = true;
    else if (isLimited && !inTransaction) return alone(text, values);
    return run(text === 'begin' ? begin : text, values);
  };
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release() };
}

/**
 * A connection that is never used again after a statement got no verdict. One that timed out is still under way
 * there, and so is its transaction, because the rollback would wait behind it and time out too: whoever got this
 * connection next would write into that transaction without knowing, and be told that all went well.
 */
function abandonable(client: pg.PoolClient): PostgresPoolClient {
  let fault: unknown = null;
  const query = async (text: string, values: unknown[]) => {
    if (fault !== null) throw fault;
    try {
      return await client.query(text, values);
    } catch (error) {
      if (isUncertain(error)) fault = error;
      throw error;
    }
  };
  return {
    // Its other form takes a cursor, and the dialect was given none.
    query: query as unknown as PostgresPoolClient['query'],
    release: () => client.release(fault !== null),
  };
}

/**
 * Runs `work` as the role `hookgate_tenant` with the organization set for this transaction only, so that
 * row-level security shows it that organization's rows and nothing else.
 * @throws NoTurnError when connections are shared out and others have them all.
 */
export async function asTenant<T>(
  db: Database,
  organizationId: string,
  work: (trx: Tx) => Promise<T>,
): Promise<T> {
  const endTurn = await TURNS.get(db)?.take(organizationId);
  try {
    return await db.transaction().execute(async (trx) => {
      await becomeTenant(trx, organizationId);
      return work(trx);
    });
  } finally {
    endTurn?.();
  }
}

/** From here to the end of the transaction: the role and the organization of `asTenant`. */
export async function becomeTenant(trx: Tx, organizationId: string): Promise<void> {
  await sql`SELECT set_config('role', 'hookgate_tenant', true), set_config('app.organization_id', ${organizationId}, true)`.execute(
    trx,
  );
}
