import type { Settings } from '../../config.ts';
import { metricsAccess } from '../../domain/metrics-access.ts';
import { type Finding, findings } from './finding.ts';

const { warning } = findings('metrics');

/** Whether anybody gets the metrics: until there is a token they are not for those on other machines. */
export async function checkMetrics(settings: Settings): Promise<Finding[]> {
  if (metricsAccess(settings) !== 'closed') return [];
  return [
    warning(
      `/metrics is closed: HOST=${settings.host} can be reached from elsewhere, and METRICS_TOKEN is not set.`,
      'Set METRICS_TOKEN, and send it when metrics are read, or OPERATIONS_PORT for a listener of their own.',
    ),
  ];
}
