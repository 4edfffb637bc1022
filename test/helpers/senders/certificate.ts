import { createSign, type KeyObject, randomBytes } from 'node:crypto';

/** Just enough DER to write a self-signed certificate: node reads them, and writes none. */
const der = (tag: number, ...content: Buffer[]): Buffer => {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
};

const sequence = (...content: Buffer[]) => der(0x30, ...content);
const oid = (bytes: string) => der(0x06, Buffer.from(bytes, 'hex'));
const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));

const RSA_SHA256 = sequence(oid('2a864886f70d01010b'), der(0x05));
const COMMON_NAME = oid('550403');

export interface CertificateInput {
  keys: { privateKey: KeyObject; publicKey: KeyObject };
  commonName: string;
  notBefore: Date;
  notAfter: Date;
}

/** A self-signed X.509 certificate (version 3, RSA with SHA-256) as PEM. */
export function selfSignedCertificate({ keys, commonName, notBefore, notAfter }: CertificateInput): string {
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    RSA_SHA256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = createSign('sha256').update(content).sign(keys.privateKey);
  const certificate = sequence(content, RSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
