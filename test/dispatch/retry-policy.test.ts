import fc from 'fast-check';
import { delayMs, parseRetryAfter } from '../../src/dispatch/retry-policy.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.ts';
import t from '../helpers/tap.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const policy = DEFAULT_RETRY_POLICY;

t.test('the backoff doubles up to its cap', async (t) => {
  const longest = (failedAttempts: number) =>
    delayMs({ policy, failedAttempts, retryAfterMs: null, random: () => 1 });
  t.same(
    [1, 2, 3, 4, 10, 11, 12, 100].map(longest),
    [1_000, 2_000, 4_000, 8_000, 512_000, 900_000, 900_000, 900_000],
  );
  t.equal(delayMs({ policy, failedAttempts: 5, retryAfterMs: null, random: () => 0 }), 0, 'full jitter');
  t.equal(delayMs({ policy, failedAttempts: 1, retryAfterMs: null, random: () => 0.25 }), 250);
});

t.test('a delay is a whole number, within the backoff, and never before Retry-After', async () => {
  fc.assert(
    fc.property(
      fc.record({
        baseMs: fc.integer({ min: 1, max: 3_600_000 }),
        capMs: fc.integer({ min: 1, max: 86_400_000 }),
        failedAttempts: fc.integer({ min: 1, max: 100 }),
        retryAfterMs: fc.option(fc.integer({ min: 0, max: 3_600_000 })),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      }),
      ({ baseMs, capMs, failedAttempts, retryAfterMs, random }) => {
        const delay = delayMs({
          policy: { maxAttempts: 100, baseMs, capMs },
          failedAttempts,
          retryAfterMs,
          random: () => random,
        });
        return (
          Number.isSafeInteger(delay) &&
          delay >= (retryAfterMs ?? 0) &&
          delay <= Math.max(retryAfterMs ?? 0, capMs)
        );
      },
    ),
  );
});

t.test('Retry-After in all its forms', async (t) => {
  const forms: [string | null | undefined, number | null][] = [
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['1.5', 1_500],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['99999999999999999999999', 3_600_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
    ['Sun Mar  1 12:00:30 2026', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 3_600_000],
    ['', null],
    ['-1', null],
    ['1e3', null],
    ['0x10', null],
    ['Infinity', null],
    ['NaN', null],
    ['soon', null],
    ['2026', 2_026_000],
    ['2026-03-01T12:00:30Z', null],
    ['Sun, 99 Foo 2026 12:00:30 GMT', null],
    ['Sun, ', null],
    [null, null],
    [undefined, null],
  ];
  for (const [value, expected] of forms) {
    t.equal(parseRetryAfter(value, NOW), expected, JSON.stringify(value));
  }
});

t.test('any text at all gives null or a wait of at most one hour', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String)), (value) => {
      const wait = parseRetryAfter(value, NOW);
      return wait === null || (wait >= 0 && wait <= 3_600_000);
    }),
  );
});
