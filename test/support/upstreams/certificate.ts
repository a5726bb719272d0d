import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary.ts';

/** Creates a self-signed certificate and its key, for this machine or for other names. Returns their paths. */
export function certificateFor(
  t: TestContext,
  names = 'DNS:localhost,IP:127.0.0.1',
): { certificate: string; key: string } {
  const folder = temporaryFolder(t);
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`];
  const files = ['-keyout', key, '-out', certificate];
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files];
  execFileSync('openssl', ['req', ...options], { stdio: 'pipe' });
  return { certificate, key };
}
