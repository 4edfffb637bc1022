import { serverSettings, toConfiguration } from '../../src/embedded/settings.ts';
import t from '../helpers/tap.ts';

const gigabyte = 1024 ** 3;

t.test('memory is taken in proportion, within bounds', async (t) => {
  t.equal(serverSettings(1, 64 * gigabyte).shared_buffers, '256MB');
  t.equal(serverSettings(1, 1 * gigabyte).shared_buffers, '128MB');
  t.equal(serverSettings(1, 0.1 * gigabyte).shared_buffers, '32MB');
});

t.test('the configuration file quotes its values', async (t) => {
  const text = toConfiguration({ port: '5433', log_line_prefix: "it's" });
  t.match(text, "\nport = '5433'\nlog_line_prefix = 'it''s'\n");
});
