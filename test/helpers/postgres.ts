import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startCluster, type TestCluster, type TestClusterOptions } from './cluster.ts';
import { startSharedCluster } from './shared.ts';
import t, { type Test } from './tap.ts';
import { databaseUrl, ensureTemplate, withClient } from './template.ts';

export type { TestCluster, TestClusterOptions } from './cluster.ts';

export interface TestDatabase {
  url: string;
  /** The server's maintenance database, as the same superuser. */
  adminUrl: string;
  name: string;
  /** Breaks every connection to this database, as a failover would. */
  terminateConnections(): Promise<void>;
}

/**
 * A migrated database of the test's own in a real Postgres, dropped when the test ends.
 * The server is `TEST_DATABASE_URL` if that is set, else the cluster that `npm test` started, else (a test file
 * run by itself) one that is started now and stopped when the file ends.
 */
export async function createTestDatabase(test: Test): Promise<TestDatabase> {
  const { adminUrl, template } = await server();
  const name = `hookgate_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => clone(client, name, template));
  test.teardown(() =>
    withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  );
  return {
    url: databaseUrl(adminUrl, name),
    adminUrl,
    name,
    terminateConnections: () => withClient(adminUrl, (client) => terminate(client, name)),
  };
}

/** A cluster of the test's own, removed when the test ends: for tests that stop, kill or freeze Postgres. */
export async function startTestCluster(test: Test, options: TestClusterOptions = {}): Promise<TestCluster> {
  const cluster = await startCluster(options);
  test.teardown(() => cluster.remove());
  return cluster;
}

interface TestServer {
  adminUrl: string;
  template: string;
}

let prepared: Promise<TestServer> | undefined;

function server(): Promise<TestServer> {
  prepared ??= prepare();
  return prepared;
}

async function prepare(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL || process.env.HOOKGATE_TEST_SERVER_URL;
  if (given) return { adminUrl: given, template: await ensureTemplate(given) };
  const cluster = await startSharedCluster();
  // The root's teardown comes after that of every test in the file, so after their databases are dropped.
  t.teardown(() => cluster.remove());
  return { adminUrl: cluster.url, template: await ensureTemplate(cluster.url) };
}

async function clone(client: pg.Client, name: string, template: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      // Half the time of the default, which writes every page to the log first.
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
      return;
    } catch (error) {
      // object_in_use: autovacuum, or whoever has just migrated it, is still connected to the template.
      if (!(error instanceof pg.DatabaseError) || error.code !== '55006' || tries === 50) throw error;
      await delay(100);
    }
  }
}

async function terminate(client: pg.Client, name: string): Promise<void> {
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
}
