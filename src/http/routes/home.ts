import type { FastifyInstance } from 'fastify';
import type { SourceName } from '../../domain/answer.ts';

const page = (source: SourceName): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Is Bitcoin lit?</title>
</head>
<body>
<h1>Is Bitcoin lit?</h1>
<ul>
<li><a href="/is-bitcoin-lit">The answer</a>: hourly averages of the last three hours, and where they go (source: ${source})</li>
<li><a href="/docs">The API</a>, to read and to try</li>
<li><a href="/health/ready">How the service is</a></li>
</ul>
<p>For learning and entertainment. No affiliation with the sources of the data, no promise of their accuracy, no advice.</p>
</body>
</html>
`;

/** `GET /`: leads to what there is. */
export function homeRoute(app: FastifyInstance, { source }: { source: SourceName }): void {
  const html = page(source);
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(html),
  );
}
