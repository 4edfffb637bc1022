import { metricsAccess } from '../../src/domain/metrics-access.ts';
import t from '../helpers/tap.ts';

const by = (host: string, metricsToken: string | null = null, operations: object | null = null) =>
  metricsAccess({ host, metricsToken, operations });

t.test('metrics are open to this machine alone', async (t) => {
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) t.equal(by(host), 'open', host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'hookgate.internal', '127.example.com']) {
    t.equal(by(host), 'closed', host);
    t.same(by(host, 'secret'), { token: 'secret' });
  }
  t.same(by('127.0.0.1', 'secret'), { token: 'secret' });
  t.equal(by('0.0.0.0', 'secret', {}), 'elsewhere');
});
