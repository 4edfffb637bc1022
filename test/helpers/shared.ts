import { startCluster, type TestCluster } from './cluster.ts';
import { ensureTemplate } from './template.ts';

/**
 * A cluster for many test files, with a migrated template in it.
 *
 * @param directory Where to put it; a temporary folder when left out.
 */
export async function startSharedCluster(directory?: string): Promise<TestCluster> {
  // Nothing in it outlives the run, and commits that wait for the disk would only make the run longer.
  // Its databases live for seconds: there is nothing to vacuum.
  const cluster = await startCluster({
    ...(directory !== undefined && { directory }),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  });
  try {
    await ensureTemplate(cluster.url);
    return cluster;
  } catch (error) {
    await cluster.remove();
    throw error;
  }
}
