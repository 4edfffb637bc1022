import { PROVIDER_NAMES, type ProviderName } from '../../../src/domain/providers.ts';
import { PRESETS } from '../../../src/verify/presets/index.ts';
import { SENDERS } from '../../helpers/senders/index.ts';
import {
  headerOf,
  lowerCased,
  replaceInBody,
  withHeader,
  withoutHeader,
  withSignature,
} from '../../helpers/senders/requests.ts';
import type { Sender } from '../../helpers/senders/sender.ts';
import { twilioJson } from '../../helpers/senders/twilio.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

/** Their signature is the secret itself. */
const TOKENS: readonly ProviderName[] = ['gitlab_token', 'telegram'];
/** What is pasted is no secret: AWS signs for all with the same key. */
const NO_SECRET: readonly ProviderName[] = ['aws_sns'];

const all: [string, ProviderName, Sender][] = [
  ...PROVIDER_NAMES.map((name): [string, ProviderName, Sender] => [name, name, SENDERS[name]]),
  ['twilio with JSON', 'twilio', twilioJson],
];

for (const [title, name, sender] of all) {
  const isToken = TOKENS.includes(name);
  const mismatch = isToken ? 'credential_mismatch' : 'signature_mismatch';
  const { signing, verifying } = sender.makeKeys();
  const other = NO_SECRET.includes(name) ? `${verifying}2` : sender.makeKeys().verifying;
  const signedAt = (at: number) => sender.sign({ url: URL, secret: signing, nowMs: at * 1000 });

  t.test(title, async (t) => {
    const request = await signedAt(NOW);

    t.test('what it sends verifies', async (t) => {
      const { eventId, eventType } = sender;
      t.same(await verify(name, request, [verifying]), {
        valid: true,
        secretIndex: 0,
        ...(eventId !== undefined && { eventId }),
        ...(eventType !== undefined && { eventType }),
      });
      t.match(await verify(name, request, [other, verifying]), { valid: true, secretIndex: 1 });
    });

    t.test('a changed body is refused', async (t) => {
      if (sender.forgery === null) {
        // A token proves who sends, not what: whoever has seen it can send anything.
        const changed = { ...request, body: Buffer.from('{}') };
        t.match(await verify(name, changed, [verifying]), { valid: true });
        return;
      }
      const forged = replaceInBody(request, ...sender.forgery);
      t.match(await verify(name, forged, [verifying]), { valid: false });
      if (title !== 'twilio with JSON') t.same(await verify(name, forged, [verifying]), refused(mismatch));
    });

    t.test('another secret, or none, is refused', async (t) => {
      const answer = await verify(name, request, [other]);
      t.match(answer, { valid: false });
      if (!NO_SECRET.includes(name)) t.same(answer, refused(mismatch));
      for (const secrets of [[''], ['', '']]) {
        t.same(await verify(name, request, secrets), refused('no_secret'));
      }
      const unasked = await verify(name, request, []);
      if (NO_SECRET.includes(name)) t.match(unasked, { valid: true, secretIndex: -1 });
      else t.same(unasked, refused('no_secret'));
    });

    t.test('a signature that is missing, cut off, longer or another is refused', async (t) => {
      const changed = (change: (signature: string) => string | undefined) =>
        verify(name, withSignature(sender, request, change), [verifying]);
      t.same(await changed(() => undefined), refused('missing_credential'));
      t.same(await changed(() => ''), refused('missing_credential'));
      const malformed = refused(isToken ? mismatch : 'malformed_signature');
      t.same(await changed((signature) => signature.slice(0, -2)), malformed);
      t.same(await changed((signature) => signature.slice(0, -1)), malformed);
      t.same(await changed((signature) => `${signature}00`), malformed);
      t.match(await changed((signature) => signature.slice(0, signature.length / 2)), { valid: false });
      t.match(await changed(flipped), { valid: false });
    });

    t.test('no header that it needs may be missing, empty, or there twice', async (t) => {
      for (const [header, reason] of Object.entries(sender.required)) {
        t.same(await verify(name, withoutHeader(request, header), [verifying]), refused(reason), header);
        t.match(await verify(name, withHeader(request, header, ''), [verifying]), { valid: false }, header);
        const value = headerOf(request, header);
        const headers = { ...lowerCased(request.headers), [header]: [value, value] };
        t.same(await verify(name, request, [verifying], { headers }), refused('duplicate_header'), header);
      }
    });

    t.test('its age', async (t) => {
      const { toleranceSeconds } = sender;
      t.equal(PRESETS[name].toleranceSeconds, toleranceSeconds);
      if (toleranceSeconds === null) {
        // It signs no time, or none that its documentation limits: retries come for hours.
        t.match(await verify(name, await signedAt(NOW - 86_400), [verifying]), { valid: true });
        return;
      }
      for (const at of [NOW - toleranceSeconds, NOW + toleranceSeconds]) {
        t.match(await verify(name, await signedAt(at), [verifying]), { valid: true });
      }
      for (const at of [NOW - toleranceSeconds - 1, NOW + toleranceSeconds + 1, NOW * 1.5]) {
        const late = await verify(name, await signedAt(at), [verifying]);
        t.same(late, refused('timestamp_out_of_tolerance'));
      }
    });

    if (!sender.coversWholeBody) return;
    t.test('every byte of the body counts', async (t) => {
      const accepted: number[] = [];
      for (let index = 0; index < request.body.length; index++) {
        const body = Buffer.from(request.body);
        body.writeUInt8(body.readUInt8(index) ^ 1, index);
        if ((await verify(name, { ...request, body }, [verifying])).valid) accepted.push(index);
      }
      t.same(accepted, []);
      const cut = { ...request, body: request.body.subarray(0, -1) };
      t.match(await verify(name, cut, [verifying]), { valid: false });
      const grown = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
      t.match(await verify(name, grown, [verifying]), { valid: false });
    });
  });
}

/** Well-formed, and another: a digit in the middle is another digit. */
function flipped(signature: string): string {
  const at = signature.length - 20;
  return `${signature.slice(0, at)}${signature[at] === 'a' ? 'b' : 'a'}${signature.slice(at + 1)}`;
}
